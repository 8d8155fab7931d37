-- Puts a finished body in its place; whatever was there has been taken away before.
insert into cached_api_views
  (cache_key, view_type, period, filter_type, result_json, record_count, generated_at, generation_time_ms, data_through, due_at,
   tags, is_complete)
values
  (:cache_key, :view_type, :period, :filter_type, :result_json, :record_count, :generated_at, :generation_time_ms, :data_through,
   :due_at, :tags, :is_complete)
