-- One row a park, whatever is asked for; where it is, in words.
select park_id,
       name as park_name,
       coalesce(concat(city, ', ', state_province), concat(city, ', ', country), country) as location,
       operator,
       timezone,
       is_active,
       is_disney or is_universal as is_disney_universal,
       queue_times_id,
       concat('https://queue-times.com/parks/', queue_times_id) as queue_times_url
  from parks
