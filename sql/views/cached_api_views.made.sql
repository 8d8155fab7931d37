-- When a body was made, and the one before it.
select generated_at, refreshed_before
  from cached_api_views
 where cache_key = :cache_key
