-- Makes a body due that is not.
update cached_api_views
   set due_at = :now
 where cache_key = :cache_key
   and due_at > :now
