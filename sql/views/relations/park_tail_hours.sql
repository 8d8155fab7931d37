-- One row a park and hour of the raw tail: the sums of its cycles.
select park_id,
       slot - interval minute(slot) minute as hour_start,
       count(*) as sample_count,
       sum(open_minutes) as open_minutes,
       sum(score_minutes) as score_minutes,
       sum(weighted_minutes_down) as weighted_minutes_down,
       sum(wait_sum) as wait_sum,
       sum(wait_samples) as wait_samples,
       max(wait_max) as wait_max,
       sum(ride_minutes_operating) as ride_minutes_operating,
       sum(ride_minutes_down) as ride_minutes_down,
       min(case when ride_minutes_operating > 0 then slot end) as first_operated_at,
       max(case when ride_minutes_operating > 0 then slot end) as last_operated_at
  from @park_cycles as cycles
 where slot >= :chart_tail_from
   and slot < :chart_tail_to
 group by park_id, slot - interval minute(slot) minute
