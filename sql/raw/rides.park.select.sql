-- The park of a ride, and the ride it turned out to be.
select park_id, joined_ride_id
  from rides
 where ride_id = :ride_id
