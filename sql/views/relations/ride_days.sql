-- One row a ride and day of the period: its exact sums, from filled days; one not yet filled from its hours and the raw tail.
select ride_id,
       park_id,
       stat_date,
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
  from ride_daily_stats
 where stat_date >= :first_date
   and stat_date < :days_to
 union all
select *
  from @ride_rest_days as rest
