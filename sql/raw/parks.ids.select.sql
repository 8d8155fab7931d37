-- By which numbers every park is known, to us and to the feeds.
select park_id, queue_times_id, wiki_id
  from parks
