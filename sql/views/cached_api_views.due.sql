-- When each body is due next.
select cache_key, due_at
  from cached_api_views
