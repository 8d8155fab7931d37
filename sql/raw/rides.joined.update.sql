-- What had been joined into a ride that is joined now goes where that goes.
update rides
   set joined_ride_id = :keep_id
 where joined_ride_id = :other_id
