-- How many samples each ride has in one year, where it has any.
select ride_id, sample_count
  from ride_yearly_stats
 where stat_year = :stat_year
   and sample_count > 0
