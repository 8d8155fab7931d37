-- What tells that a job has changed data: the newest cycle, and when last a job ended that writes what views read.
select (select max(last_slot) from parks),
       (select max(finished_at)
          from (select finished_at, job
                  from job_runs
                 order by run_id desc
                 limit 500) as recent
         where job not in ('refresh-cache', 'verify'))
