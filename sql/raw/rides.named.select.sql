-- How the rides of a park are called.
select ride_id, name
  from rides
 where park_id = :park_id
