-- Who holds the lease of a job, without waiting for anyone.
select owner, run_id, host, boot_id, pid, timestampdiff(second, acquired_at, utc_timestamp(3)), expires_at <= utc_timestamp(3)
  from job_leases
  where job = :job
