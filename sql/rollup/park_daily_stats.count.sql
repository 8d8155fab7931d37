-- How many samples each park has in one day, where it has any.
select park_id, sample_count
  from park_daily_stats
 where stat_date = :stat_date
   and sample_count > 0
