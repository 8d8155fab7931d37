-- How many periods of a level wait to be filled, of those that were over before a time.
select count(*)          as stale,
       min(period_start) as oldest
  from stale_periods
 where level = :level
   and period_start < :before
