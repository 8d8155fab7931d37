-- Forgets a run that never was one, for it was asked what cannot be meant.
delete from job_runs
  where run_id = :run_id and status = 'running'
