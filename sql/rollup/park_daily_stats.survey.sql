-- Which days have rows, whether they are complete, and the oldest formula in them.
select stat_date, min(is_complete), min(formula_version)
  from park_daily_stats
 where stat_date >= :first_date
   and stat_date < :date_after
 group by stat_date
