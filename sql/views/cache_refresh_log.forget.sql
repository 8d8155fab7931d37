-- Forgets which keys were refreshed long ago; how many they were stays.
update cache_refresh_log
   set cache_keys = null
 where refresh_started_at < :before
   and cache_keys is not null
