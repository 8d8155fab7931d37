-- Corrects since when a ride is down.
update rides
   set down_since = :down_since
 where ride_id = :ride_id
