-- The hours that are filled, oldest first.
select distinct hour_start
  from park_hourly_stats
 where hour_start >= :from
   and hour_start < :to
 order by hour_start
