-- When a body was made before is what the log of refreshes says.
alter table cached_api_views
  drop column refreshed_before
