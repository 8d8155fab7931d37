-- Claims a migration; the primary key lets one process through, on any node of a cluster.
insert into schema_migrations (number, name, checksum, state, owner, started_at)
  values (:number, :name, :checksum, 'applying', :owner, utc_timestamp(3))
