-- The body of one key.
select result_json, record_count, generated_at, data_through
  from cached_api_views
 where cache_key = :cache_key
