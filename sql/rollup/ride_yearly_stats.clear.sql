-- Empties one year of rides, to be filled anew.
delete from ride_yearly_stats
 where stat_year = :stat_year
