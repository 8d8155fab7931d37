-- What a body depends on (`,parks,rides,`), whether its period is over and filled, and when it was made before.
alter table cached_api_views
  add column tags varchar(400) character set ascii null,
  add column is_complete boolean null,
  add column refreshed_before datetime(3) null
