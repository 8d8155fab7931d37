-- One row a ride and hour of the period: its exact sums, from filled hours, then the raw tail.
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
 where hour_start >= :chart_hours_from
   and hour_start < :chart_hours_to
 union all
select *
  from @ride_tail_hours as tail
