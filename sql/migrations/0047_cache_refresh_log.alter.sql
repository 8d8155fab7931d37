-- Which keys a refresh put on the shelf, a line each; kept for a day, so that a person can see how far apart they are.
alter table cache_refresh_log
  add column cache_keys mediumtext character set ascii null
