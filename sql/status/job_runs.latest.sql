-- The newest run of a job, its last good end and the data time of that, and when a run last came to its end, how long
-- that one took, and what it said.
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
       (select ended.finished_at
          from job_runs as ended
         where ended.job = run.job
           and ended.status in ('success', 'partial', 'failed')
         order by ended.started_at desc, ended.run_id desc
         limit 1)                           as last_end,
       (select timestampdiff(microsecond, ended.started_at, ended.finished_at)
          from job_runs as ended
         where ended.job = run.job
           and ended.status in ('success', 'partial', 'failed')
         order by ended.started_at desc, ended.run_id desc
         limit 1)                           as last_microseconds,
       (select ended.summary
          from job_runs as ended
         where ended.job = run.job
           and ended.summary is not null
         order by ended.started_at desc, ended.run_id desc
         limit 1)                           as summary
  from job_runs as run
 where run.job = :job
 order by run.started_at desc, run.run_id desc
 limit 1
