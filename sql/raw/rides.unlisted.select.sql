-- Active attractions that no cycle of their park has listed since :day_ago, apart from those of which that is known.
select rides.ride_id, rides.name
  from rides
 where rides.park_id = :park_id
   and rides.is_active
   and rides.category = 'ATTRACTION'
   and rides.created_at < :day_ago
   and (select 1
          from feed_issues as known
         where known.park_id = rides.park_id
           and known.resolved_at is null
           and known.ride_id = rides.ride_id
           and known.kind = 'missing'
         limit 1) is null
   and (select straight_join 1
          from park_snapshots as park
          join ride_snapshots as ride
            on ride.hour_start = park.slot - interval minute(park.slot) minute
           and ride.ride_id = rides.ride_id
           and ride.minute = minute(park.slot)
         where park.park_id = rides.park_id
           and park.slot >= :day_ago
           and park.slot <= :slot
         limit 1) is null
 order by rides.ride_id
