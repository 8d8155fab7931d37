-- The job of a run.
select job
  from job_runs
  where run_id = :run_id
