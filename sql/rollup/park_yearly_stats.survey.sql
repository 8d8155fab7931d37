-- Which years have rows, whether they are complete, and the oldest formula in them.
select stat_year, min(is_complete), min(formula_version)
  from park_yearly_stats
 where stat_year >= :first_year
   and stat_year < :year_after
 group by stat_year
