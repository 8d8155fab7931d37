-- Lets the next migrating process in.
select release_lock(:name)
