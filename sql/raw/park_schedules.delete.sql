-- Takes back what was announced from :first on.
delete from park_schedules
 where park_id = :park_id
   and opens_at >= :first
