-- How the runs of a job since a time ended.
select status, count(*)
  from job_runs
 where job = :job
   and started_at >= :since
 group by status
