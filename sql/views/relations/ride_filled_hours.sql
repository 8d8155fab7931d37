-- One row a ride and filled hour: its exact sums. Whoever reads it says from which hour to which.
select ride_id,
       park_id,
       hour_start,
       sample_count,
       open_minutes,
       outages,
       weighted_minutes_down,
       wait_sum,
       wait_samples,
       wait_max,
       minutes_operating,
       minutes_down,
       minutes_operating + minutes_down + minutes_closed + minutes_refurbishment + minutes_unknown as minutes
  from ride_hourly_stats
