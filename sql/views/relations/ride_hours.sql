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
 where hour_start >= :start
   and hour_start < :chart_hours_to
 union all
select ride_id,
       park_id,
       hour_start,
       count(*),
       sum(case when park_is_open then interval_minutes else 0 end),
       sum(outage_began),
       sum(case when state = 'down' then weight * interval_minutes else 0 end),
       sum(case when state = 'operating' then coalesce(wait_minutes, 0) else 0 end),
       count(case when state = 'operating' and wait_minutes > 0 then 1 end),
       max(case when state = 'operating' and wait_minutes > 0 then wait_minutes end),
       sum(case when state = 'operating' then interval_minutes else 0 end),
       sum(case when state = 'down' then interval_minutes else 0 end),
       sum(interval_minutes)
  from ride_snapshots
 where hour_start >= :chart_tail_from
   and hour_start < :chart_tail_to
   and hour_start + interval minute minute < :chart_tail_to
 group by ride_id, park_id, hour_start
