-- The newest hour and day that are filled.
select (select max(hour_start) from park_hourly_stats),
       (select max(stat_date) from park_daily_stats)
