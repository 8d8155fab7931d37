-- Takes the lease of a job that nobody holds.
insert into job_leases (job, run_id, owner, host, boot_id, pid, acquired_at, expires_at)
  values (:job, :run_id, :owner, :host, :boot_id, :pid, utc_timestamp(3), utc_timestamp(3) + interval :seconds second)
