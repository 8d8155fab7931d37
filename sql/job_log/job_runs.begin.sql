-- A run begins.
insert into job_runs (job, data_time, started_at, status, host, pid)
  values (:job, :data_time, utc_timestamp(3), 'running', :host, :pid)
