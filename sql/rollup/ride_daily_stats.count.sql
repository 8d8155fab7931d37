-- How many samples each ride has in one day, where it has any.
select ride_id, sample_count
  from ride_daily_stats
 where stat_date = :stat_date
   and sample_count > 0
