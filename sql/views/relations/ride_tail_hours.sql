-- One row a ride and hour of the raw tail: the sums of its cycles.
select ride_id,
       park_id,
       hour_start,
       count(*) as sample_count,
       sum(open_minutes) as open_minutes,
       sum(outages) as outages,
       sum(weighted_minutes_down) as weighted_minutes_down,
       sum(wait_sum) as wait_sum,
       sum(wait_samples) as wait_samples,
       max(wait_max) as wait_max,
       sum(minutes_operating) as minutes_operating,
       sum(minutes_down) as minutes_down,
       sum(minutes) as minutes
  from @ride_cycles as cycles
 where hour_start >= :chart_tail_from
   and hour_start < :chart_tail_to
   and slot < :chart_tail_to
 group by ride_id, park_id, hour_start
