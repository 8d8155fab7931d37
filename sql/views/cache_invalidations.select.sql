-- What was told to be out of date since another was.
select invalidation_id, kind, word, is_hard
  from cache_invalidations
 where invalidation_id > :after
 order by invalidation_id
