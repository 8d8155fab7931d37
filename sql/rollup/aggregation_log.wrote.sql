-- Which run wrote a period last, by the log, and when.
select entry.log_id, entry.run_id, coalesce(job_runs.job, 'a forgotten job'), entry.finished_at
  from aggregation_log as entry
  left join job_runs on job_runs.run_id = entry.run_id
 where entry.job_type = :level
   and entry.target_period = :period_start
   and entry.status = 'success'
 order by entry.log_id desc
 limit 1
