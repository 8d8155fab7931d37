-- One row a ride, whatever is asked for, and what it weighs by its tier of today.
select rides.ride_id,
       rides.name as ride_name,
       rides.tier,
       case rides.tier when 1 then 3 when 3 then 1 else 2 end as weight,
       rides.category,
       rides.last_operated_at,
       rides.is_active and parks.is_active as is_active,
       rides.is_active and parks.is_active and rides.category = 'ATTRACTION' as is_ranked,
       parks.park_id,
       parks.park_name,
       parks.location,
       parks.is_disney_universal,
       rides.queue_times_id,
       parks.queue_times_id as park_queue_times_id,
       concat(parks.queue_times_url, '/rides/', rides.queue_times_id) as queue_times_url
  from @places as parks
  join rides on rides.park_id = parks.park_id
