-- Stale periods of a level that begin in a span, newest first.
select period_start
  from stale_periods
 where level = :level
   and period_start >= :start
   and period_start < :end
 order by period_start desc
