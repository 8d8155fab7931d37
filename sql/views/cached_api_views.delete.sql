-- Takes a body off the shelf.
delete from cached_api_views
 where cache_key = :cache_key
