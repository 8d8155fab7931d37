-- What was announced from :first on.
select kind, opens_at, closes_at
  from park_schedules
 where park_id = :park_id
   and opens_at >= :first
 order by kind, opens_at
