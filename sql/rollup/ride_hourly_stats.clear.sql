-- Empties one hour of rides, to be filled anew.
delete from ride_hourly_stats
 where hour_start = :hour_start
