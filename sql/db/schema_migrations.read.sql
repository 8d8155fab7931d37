-- Every migration this database has seen, and for how many seconds its statement has been running.
select number, name, checksum, state, owner, timestampdiff(second, started_at, utc_timestamp(3))
  from schema_migrations
  order by number
