-- The oldest hour whose inputs changed since it was filled.
select min(period_start)
  from stale_periods
 where level = 'hourly'
   and period_start >= :from
