-- Empties one day of rides, to be filled anew.
delete from ride_daily_stats
 where stat_date = :stat_date
