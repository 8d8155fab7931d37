-- Every park that a feed knows, and whether it is to be polled.
select queue_times_id, wiki_id, is_active
  from parks
 where queue_times_id is not null
    or wiki_id is not null
 order by queue_times_id, wiki_id
