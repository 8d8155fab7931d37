-- The newest invalidation.
select max(invalidation_id)
  from cache_invalidations
