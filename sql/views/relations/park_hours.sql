-- One row a park and hour of the period: its exact sums, from filled hours, then the raw tail.
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
 where hour_start >= :chart_hours_from
   and hour_start < :chart_hours_to
 union all
select park_id,
       slot - interval minute(slot) minute,
       count(*),
       sum(case when state = 'open' then interval_minutes else 0 end),
       coalesce(sum(score * interval_minutes), 0),
       sum(weight_down * interval_minutes),
       sum(wait_sum),
       sum(wait_samples),
       max(wait_max),
       sum(rides_operating * interval_minutes),
       sum(rides_down * interval_minutes),
       min(case when rides_operating > 0 then slot end),
       max(case when rides_operating > 0 then slot end)
  from park_snapshots
 where slot >= :chart_tail_from
   and slot < :chart_tail_to
 group by park_id, slot - interval minute(slot) minute
