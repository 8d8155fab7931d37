-- What the newest finished refresh could not do.
select views_failed, coalesce(error_message, '') as error
  from cache_refresh_log
 where refresh_completed_at is not null
 order by refresh_started_at desc, log_id desc
 limit 1
