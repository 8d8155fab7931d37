-- When each body is due next; at once, if a clock that ran ahead made it.
select cache_key, case when generated_at > :now then :now else due_at end
  from cached_api_views
