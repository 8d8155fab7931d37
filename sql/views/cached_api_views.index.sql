-- Number and key of everything on the shelf.
select cache_id, cache_key
  from cached_api_views
