-- A period is about to be filled.
insert into aggregation_log (run_id, job_type, target_period, started_at, status)
values (:run_id, :job_type, :target_period, :started_at, 'running')
