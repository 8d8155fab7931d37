-- Every park with a Queue-Times id, as the catalogue last described it.
select park_id, queue_times_id, name, operator, country,
       cast(latitude_degrees as char) as latitude_degrees, cast(longitude_degrees as char) as longitude_degrees, timezone
  from parks
 where queue_times_id is not null
