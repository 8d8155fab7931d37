-- Follows the feed where it has renamed or moved a ride.
update rides
   set name       = :name,
       land       = :land,
       updated_at = :now
 where ride_id = :ride_id
