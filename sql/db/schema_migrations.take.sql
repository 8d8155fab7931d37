-- Takes over a migration from a process that did not finish it, unless another took it first.
update schema_migrations
  set owner = :owner, started_at = utc_timestamp(3)
  where number = :number and state = 'applying' and owner = :previous
