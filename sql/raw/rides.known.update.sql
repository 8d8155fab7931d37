-- By which ids the feeds know a ride, and its tier.
update rides
   set queue_times_id = :queue_times_id,
       wiki_id        = :wiki_id,
       tier           = :tier,
       updated_at     = :now
 where ride_id = :ride_id
