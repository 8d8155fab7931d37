-- Every key on the shelf with its tags; a body from before there were tags has none, and may depend on anything.
select cache_key, tags
  from cached_api_views
 order by cache_id
