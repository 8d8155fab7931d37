-- The park that a feed knows by one of these ids.
select park_id
  from parks
 where queue_times_id = :queue_times_id
    or wiki_id = :wiki_id
