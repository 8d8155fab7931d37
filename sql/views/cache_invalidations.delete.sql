-- Forgets what every `serve` has long taken note of; the newest row stays, for numbers to go on from.
delete from cache_invalidations
 where made_at < :before
   and invalidation_id < :newest
