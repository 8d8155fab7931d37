-- One row a park and filled hour: its exact sums. Whoever reads it says from which hour to which.
select park_id,
       hour_start,
       sample_count,
       open_minutes,
       score_minutes,
       weighted_minutes_down,
       wait_sum,
       wait_samples,
       wait_max,
       ride_minutes_operating,
       ride_minutes_down,
       first_operated_at,
       last_operated_at
  from park_hourly_stats
