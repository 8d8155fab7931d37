-- How far the hours have come, and the days and years above them; the keys answer without a scan.
select (select max(hour_start) from park_hourly_stats) as newest_hour,
       (select max(stat_date) from park_daily_stats)   as newest_day,
       (select max(stat_year) from park_yearly_stats)  as newest_year
