-- A ride's cycle judged again.
update ride_snapshots
   set park_is_open = :park_is_open,
       state        = :state,
       in_service   = :in_service,
       operated     = :operated,
       outage_began = :outage_began
 where hour_start = :hour_start
   and ride_id = :ride_id
   and minute = :minute
