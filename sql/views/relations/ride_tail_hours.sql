-- One row a ride and hour of the raw tail: the sums of its cycles.
select ride_id,
       park_id,
       hour_start,
       count(*) as sample_count,
       sum(case when park_is_open then interval_minutes else 0 end) as open_minutes,
       sum(outage_began) as outages,
       sum(case when state = 'down' then weight * interval_minutes else 0 end) as weighted_minutes_down,
       sum(case when state = 'operating' then coalesce(wait_minutes, 0) else 0 end) as wait_sum,
       count(case when state = 'operating' and wait_minutes > 0 then 1 end) as wait_samples,
       max(case when state = 'operating' and wait_minutes > 0 then wait_minutes end) as wait_max,
       sum(case when state = 'operating' then interval_minutes else 0 end) as minutes_operating,
       sum(case when state = 'down' then interval_minutes else 0 end) as minutes_down,
       sum(interval_minutes) as minutes
  from ride_snapshots
 where hour_start >= :chart_tail_from
   and hour_start < :chart_tail_to
   and hour_start + interval minute minute < :chart_tail_to
 group by ride_id, park_id, hour_start
