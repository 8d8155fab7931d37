-- What is remembered of a park's rides after its cycle at :slot.
update rides
  join ride_snapshots as ride
    on ride.hour_start = :hour_start
   and ride.ride_id = rides.ride_id
   and ride.minute = :minute
   set rides.last_operated_at = case when ride.operated then greatest(coalesce(rides.last_operated_at, :slot), :slot)
                                     else rides.last_operated_at end,
       rides.down_since       = case ride.state when 'down' then coalesce(rides.down_since, :slot)
                                                when 'unknown' then rides.down_since
                                                else null end
 where rides.park_id = :park_id
