-- Takes a mark away, unless the inputs changed again since :generation was seen.
delete from stale_periods
 where level = :level
   and period_start = :period_start
   and generation = :generation
