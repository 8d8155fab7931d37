-- Gives a lease back.
delete from job_leases
  where job = :job and owner = :owner
