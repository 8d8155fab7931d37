-- When the oldest cycle and the oldest hour are that no archive brought back; the keys answer without a scan.
select (select min(slot) from park_snapshots where slot >= :raw_from)                 as oldest_slot,
       (select min(hour_start) from park_hourly_stats where hour_start >= :hours_from) as oldest_hour
