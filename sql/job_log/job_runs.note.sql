-- A run that took no lease, noted at its end.
insert into job_runs (job, data_time, started_at, finished_at, status, host, pid, summary, error)
  values (:job, :data_time, utc_timestamp(3) - interval :microseconds microsecond, utc_timestamp(3), :status, :host, :pid, :summary, :error)
