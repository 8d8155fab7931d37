-- By which numbers every ride is known, to us and to the feeds.
select ride_id, queue_times_id, wiki_id
  from rides
