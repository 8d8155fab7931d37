-- The oldest hour or day of a stretch whose inputs changed since it was filled, and the oldest from a later moment on.
select min(period_start),
       min(case when period_start >= :recent then period_start end)
  from stale_periods
 where level in ('hourly', 'daily')
   and period_start >= :from
   and period_start < :to
