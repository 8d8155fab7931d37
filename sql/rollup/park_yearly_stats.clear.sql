-- Empties one year of parks, to be filled anew.
delete from park_yearly_stats
 where stat_year = :stat_year
