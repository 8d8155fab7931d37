-- A refresh that begins holds the lease of its job: whatever still says running died on the way.
update cache_refresh_log
   set status = 'crashed'
 where status = 'running'
