-- Marks a migration done.
update schema_migrations
  set state = 'applied', applied_at = utc_timestamp(3)
  where number = :number
