-- How many samples each park has in one hour, where it has any.
select park_id, sample_count
  from park_hourly_stats
 where hour_start = :hour_start
   and sample_count > 0
