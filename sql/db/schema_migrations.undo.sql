-- Forgets a migration whose statement the server refused, for nothing of it was done.
delete from schema_migrations
  where number = :number and state = 'applying' and owner = :owner
