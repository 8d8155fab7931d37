-- When the park says it is open to everybody, from :first on.
select opens_at, closes_at
  from park_schedules
 where park_id = :park_id
   and kind = 'OPERATING'
   and opens_at >= :first
 order by opens_at
