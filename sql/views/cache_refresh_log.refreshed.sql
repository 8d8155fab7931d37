-- Which keys were refreshed since a time, and when.
select refresh_started_at, cache_keys
  from cache_refresh_log
 where refresh_started_at >= :since
   and cache_keys is not null
 order by refresh_started_at, log_id
