-- Where the data begins and how far each rollup has come; the keys answer all four without a scan.
select (select min(slot) from park_snapshots)            as first_slot,
       (select max(hour_start) from park_hourly_stats)   as newest_hour,
       (select max(stat_date) from park_daily_stats)     as newest_day,
       (select max(stat_year) from park_yearly_stats)    as newest_year
