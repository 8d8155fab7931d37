-- Which hours have rows, whether they are complete, and the oldest formula in them.
select hour_start, min(is_complete), min(formula_version)
  from park_hourly_stats
 where hour_start >= :start
   and hour_start < :end
 group by hour_start
