-- The generation of a mark, as a fill sees it before it reads.
select generation
  from stale_periods
 where level = :level
   and period_start = :period_start
