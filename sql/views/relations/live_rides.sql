-- One row a ride in the newest cycle of its park, while that speaks for now; each found through the primary key.
select straight_join
       ride.ride_id,
       park.park_id,
       ride.weight,
       park.is_open as park_is_open,
       case when park.is_closed then 'PARK_CLOSED'
            when ride.state = 'unknown' then null
            else upper(ride.state) end as status,
       case when park.is_closed then false
            when ride.state = 'unknown' then null
            else ride.state = 'operating' end as is_open,
       case when ride.state = 'operating' and ride.wait_minutes > 0 then ride.wait_minutes end as wait_minutes
  from @live_parks as park
  join rides on rides.park_id = park.park_id
  join ride_snapshots as ride
    on ride.hour_start = park.slot - interval minute(park.slot) minute
   and ride.ride_id = rides.ride_id
   and ride.minute = minute(park.slot)
