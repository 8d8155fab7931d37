-- One row an active park that :filter lets through.
select park_id,
       name as park_name,
       coalesce(concat(city, ', ', state_province), concat(city, ', ', country), country) as location,
       queue_times_id,
       concat('https://queue-times.com/parks/', queue_times_id) as queue_times_url
  from parks
 where is_active
   and (:filter = 'all-parks' or is_disney or is_universal)
