-- Puts a body on the shelf.
insert into cached_api_views
  (cache_key, view_type, period, filter_type, result_json, record_count, generated_at, generation_time_ms, data_through, due_at)
values
  (:cache_key, :view_type, :period, :filter_type, :result_json, :record_count, :generated_at, :generation_time_ms, :data_through,
   :due_at)
