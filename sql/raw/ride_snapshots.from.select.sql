-- The rides of a park's cycles between two slots, both included, found cycle by cycle through the primary key.
select straight_join
       park.slot, ride.ride_id, ride.reported_open, ride.status, ride.wait_minutes, ride.age_minutes, ride.weight,
       ride.park_is_open, ride.state, ride.in_service, ride.operated, ride.outage_began
  from park_snapshots as park
  join rides on rides.park_id = park.park_id
  join ride_snapshots as ride
    on ride.hour_start = park.slot - interval minute(park.slot) minute
   and ride.ride_id = rides.ride_id
   and ride.minute = minute(park.slot)
 where park.park_id = :park_id
   and park.slot >= :first_slot
   and park.slot <= :last_slot
 order by park.slot, ride.ride_id
