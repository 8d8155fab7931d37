-- The newest run of a job, its last good end and the data time of that, the last words of a run that came to its
-- end, and how many runs failed since a time.
select run.status,
       run.started_at,
       run.host,
       run.pid,
       coalesce(run.error, run.summary, '') as words,
       (select good.finished_at
          from job_runs as good
         where good.job = run.job
           and good.status in ('success', 'partial')
         order by good.started_at desc, good.run_id desc
         limit 1)                           as last_good_at,
       (select good.data_time
          from job_runs as good
         where good.job = run.job
           and good.status in ('success', 'partial')
         order by good.started_at desc, good.run_id desc
         limit 1)                           as last_good_data_time,
       (select ended.summary
          from job_runs as ended
         where ended.job = run.job
           and ended.summary is not null
         order by ended.started_at desc, ended.run_id desc
         limit 1)                           as summary,
       (select count(*)
          from job_runs as bad
         where bad.job = run.job
           and bad.started_at >= :since
           and bad.status in ('failed', 'crashed')) as recent_troubles
  from job_runs as run
 where run.job = :job
 order by run.started_at desc, run.run_id desc
 limit 1
