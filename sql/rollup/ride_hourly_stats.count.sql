-- How many samples each ride has in one hour, where it has any.
select ride_id, sample_count
  from ride_hourly_stats
 where hour_start = :hour_start
   and sample_count > 0
