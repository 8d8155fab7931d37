-- What the last filling of a period said of itself.
select error
  from aggregation_log
 where job_type = :level
   and target_period = :period_start
 order by log_id desc
 limit 1
