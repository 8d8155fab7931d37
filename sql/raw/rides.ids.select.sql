-- By which numbers every ride is known, to us and to the feeds, or was before it was joined into another.
select ride_id,
       coalesce(queue_times_id, former_queue_times_id) as queue_times_id,
       coalesce(wiki_id, former_wiki_id)               as wiki_id
  from rides
