-- Empties one hour of parks, to be filled anew.
delete from park_hourly_stats
 where hour_start = :hour_start
