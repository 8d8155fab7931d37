-- A ride that turned out to be another: it keeps its rows and its ids as what they were, and is listed and counted no more.
update rides
   set former_queue_times_id = queue_times_id,
       former_wiki_id        = wiki_id,
       queue_times_id        = null,
       wiki_id               = null,
       is_active             = false,
       joined_ride_id        = :keep_id,
       updated_at            = :now
 where ride_id = :other_id
