-- What moves whenever a body comes, goes or changes.
select count(*), max(cache_id)
  from cached_api_views
