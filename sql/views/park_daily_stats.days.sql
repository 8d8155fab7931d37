-- The days that are filled, oldest first.
select distinct stat_date
  from park_daily_stats
 where stat_date >= :from
   and stat_date < :to
 order by stat_date
