-- Makes every body due that is not.
update cached_api_views
   set due_at = :now
 where due_at > :now
