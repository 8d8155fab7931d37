-- The oldest day, hour and cycle on file.
select (select min(stat_date) from park_daily_stats),
       (select min(hour_start) from park_hourly_stats),
       (select min(slot) from park_snapshots)
