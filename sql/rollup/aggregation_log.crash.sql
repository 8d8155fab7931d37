-- Whoever fills holds the lease of the level: what still says running since :since died on the way.
update aggregation_log
   set status = 'crashed'
 where started_at >= :since
   and job_type = :level
   and status = 'running'
