-- How many samples each park has in one year, where it has any.
select park_id, sample_count
  from park_yearly_stats
 where stat_year = :stat_year
   and sample_count > 0
