-- How many views stand on the shelf, the newest of them, and how many are due and were not refreshed.
select count(*)                                           as views,
       max(generated_at)                                  as newest,
       cast(coalesce(sum(due_at < :overdue), 0) as unsigned) as overdue
  from cached_api_views
