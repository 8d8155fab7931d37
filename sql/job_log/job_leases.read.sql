-- Who holds the lease of a job, for how many seconds now, and whether it has run out; locked until the transaction ends.
select owner, run_id, host, boot_id, pid, timestampdiff(second, acquired_at, utc_timestamp(3)), expires_at <= utc_timestamp(3)
  from job_leases
  where job = :job
  for update
