-- Widens the times between which a park's rides are known to have operated, from its cycles between two slots, both included.
insert into ride_operated_days (ride_id, operated_on, first_operated_at, last_operated_at)
select *
  from (select straight_join ride.ride_id, cast(park.slot as date) as operated_on, min(park.slot) as first_seen, max(park.slot) as last_seen
          from park_snapshots as park
          join rides on rides.park_id = park.park_id
          join ride_snapshots as ride
            on ride.hour_start = park.slot - interval minute(park.slot) minute
           and ride.ride_id = rides.ride_id
           and ride.minute = minute(park.slot)
         where park.park_id = :park_id
           and park.slot >= :first_slot
           and park.slot <= :last_slot
           and ride.operated
         group by ride.ride_id, cast(park.slot as date)) as seen
    on duplicate key update
       first_operated_at = least(ride_operated_days.first_operated_at, seen.first_seen),
       last_operated_at  = greatest(ride_operated_days.last_operated_at, seen.last_seen)
