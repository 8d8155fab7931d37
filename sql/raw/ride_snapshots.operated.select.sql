-- When each ride of a park last operated in the cycles from :midnight to before :slot.
select straight_join ride.ride_id, max(park.slot)
  from park_snapshots as park
  join rides on rides.park_id = park.park_id
  join ride_snapshots as ride
    on ride.hour_start = park.slot - interval minute(park.slot) minute
   and ride.ride_id = rides.ride_id
   and ride.minute = minute(park.slot)
 where park.park_id = :park_id
   and park.slot >= :midnight
   and park.slot < :slot
   and ride.operated
 group by ride.ride_id
