-- Everything on the shelf, without the bodies.
select cache_key, view_type, generated_at, due_at, length(result_json), record_count, generation_time_ms
  from cached_api_views
 order by cache_key
