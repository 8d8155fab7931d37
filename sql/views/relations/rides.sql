-- One row an active attraction of an active park that :filter lets through.
select rides.ride_id,
       rides.name as ride_name,
       rides.tier,
       case rides.tier when 1 then 3 when 3 then 1 else 2 end as weight,
       parks.park_id,
       parks.park_name,
       parks.location,
       rides.queue_times_id,
       parks.queue_times_id as park_queue_times_id,
       concat(parks.queue_times_url, '/rides/', rides.queue_times_id) as queue_times_url
  from @parks as parks
  join rides on rides.park_id = parks.park_id
 where rides.is_active
   and rides.category = 'ATTRACTION'
