-- How a refresh ended.
update cache_refresh_log
   set refresh_completed_at = :refresh_completed_at,
       status               = :status,
       views_refreshed      = :views_refreshed,
       views_failed         = :views_failed,
       total_time_ms        = :total_time_ms,
       error_message        = :error_message,
       cache_keys           = :cache_keys
 where log_id = :log_id
