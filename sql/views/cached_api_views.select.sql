-- A finished body and what is known about it.
select result_json, record_count, generated_at, data_through, is_complete
  from cached_api_views
 where cache_key = :cache_key
