-- Empties one day of parks, to be filled anew.
delete from park_daily_stats
 where stat_date = :stat_date
