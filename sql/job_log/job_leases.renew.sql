-- Puts off the end of a lease that is still ours.
update job_leases
  set expires_at = utc_timestamp(3) + interval :seconds second
  where job = :job and owner = :owner
