-- Every body on the shelf.
select cache_key, result_json, record_count, generated_at, data_through
  from cached_api_views
