-- A run that begins holds the lease of its level: whatever still says running died on the way.
update aggregation_log
   set status = 'crashed'
 where job_type = :job_type
   and status = 'running'
