-- The parks to poll.
select queue_times_id
  from parks
 where is_active
   and queue_times_id is not null
 order by queue_times_id
