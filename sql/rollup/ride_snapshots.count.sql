-- How many samples each ride will have in one hour, once that is filled.
select ride_id, count(*)
  from ride_snapshots
 where hour_start = :hour_start
 group by ride_id
