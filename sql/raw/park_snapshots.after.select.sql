-- When a park's first cycle after :at was.
select slot
  from park_snapshots
 where park_id = :park_id
   and slot > :at
 order by slot
 limit 1
