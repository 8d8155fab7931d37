-- A run ends, in the words it said.
update job_runs
  set finished_at = utc_timestamp(3), status = :status, summary = :summary, error = :error
  where run_id = :run_id and status = 'running'
