-- How the fillings of one level went since :since, and when the last good one ended.
select count(case when started_at >= :since then 1 end),
       count(case when started_at >= :since and status = 'success' then 1 end),
       count(case when started_at >= :since and status in ('failed', 'partial', 'crashed') then 1 end),
       max(case when status = 'success' then finished_at end)
  from aggregation_log
 where job_type = :job_type
   and started_at >= :long_ago
