-- Number, time and key of everything on the shelf.
select cache_id, generated_at, cache_key
  from cached_api_views
 order by cache_id
