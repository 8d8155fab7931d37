-- What a person says of a ride. Stored snapshots keep the weight they were judged with.
update rides
   set tier       = :tier,
       category   = :category,
       is_active  = :is_active,
       updated_at = :now
 where ride_id = :ride_id
