-- The park of a ride.
select park_id
  from rides
 where ride_id = :ride_id
