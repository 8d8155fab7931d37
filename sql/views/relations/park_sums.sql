-- One row a park: its exact sums over the period, from whole years or filled days, then filled hours, then the raw tail;
-- and what they come to.
select park_id,
       sum(sample_count) as sample_count,
       sum(open_minutes) as open_minutes,
       sum(score_minutes) as score_minutes,
       sum(weighted_minutes_down) as weighted_minutes_down,
       sum(wait_sum) as wait_sum,
       sum(wait_samples) as wait_samples,
       max(wait_max) as wait_max,
       sum(ride_minutes_operating) as ride_minutes_operating,
       sum(ride_minutes_down) as ride_minutes_down,
       sum(ride_minutes_closed) as ride_minutes_closed,
       sum(ride_minutes_refurbishment) as ride_minutes_refurbishment,
       sum(ride_minutes_unknown) as ride_minutes_unknown,
       sum(score_minutes) * 1.000000 / nullif(sum(open_minutes), 0) as score,
       sum(wait_sum) * 1.000000 / nullif(sum(wait_samples), 0) as mean_wait,
       sum(ride_minutes_down) * 1.000000 / 60 as hours_down,
       sum(weighted_minutes_down) * 1.000000 / 60 as weighted_hours_down,
       100.000000 * sum(ride_minutes_operating) / nullif(sum(ride_minutes_operating) + sum(ride_minutes_down), 0) as uptime
  from (select park_id,
               sum(sample_count) as sample_count,
               sum(open_minutes) as open_minutes,
               sum(score_minutes) as score_minutes,
               sum(weighted_minutes_down) as weighted_minutes_down,
               sum(wait_sum) as wait_sum,
               sum(wait_samples) as wait_samples,
               max(wait_max) as wait_max,
               sum(ride_minutes_operating) as ride_minutes_operating,
               sum(ride_minutes_down) as ride_minutes_down,
               sum(ride_minutes_closed) as ride_minutes_closed,
               sum(ride_minutes_refurbishment) as ride_minutes_refurbishment,
               sum(ride_minutes_unknown) as ride_minutes_unknown
          from park_yearly_stats
         where stat_year >= :years_from
           and stat_year < :years_to
         group by park_id
         union all
        select park_id,
               sum(sample_count),
               sum(open_minutes),
               sum(score_minutes),
               sum(weighted_minutes_down),
               sum(wait_sum),
               sum(wait_samples),
               max(wait_max),
               sum(ride_minutes_operating),
               sum(ride_minutes_down),
               sum(ride_minutes_closed),
               sum(ride_minutes_refurbishment),
               sum(ride_minutes_unknown)
          from park_daily_stats
         where stat_date >= :days_from
           and stat_date < :days_to
         group by park_id
         union all
        select park_id,
               sum(sample_count),
               sum(open_minutes),
               sum(score_minutes),
               sum(weighted_minutes_down),
               sum(wait_sum),
               sum(wait_samples),
               max(wait_max),
               sum(ride_minutes_operating),
               sum(ride_minutes_down),
               sum(ride_minutes_closed),
               sum(ride_minutes_refurbishment),
               sum(ride_minutes_unknown)
          from park_hourly_stats
         where hour_start >= :hours_from
           and hour_start < :hours_to
         group by park_id
         union all
        select park_id,
               count(*),
               sum(open_minutes),
               sum(score_minutes),
               sum(weighted_minutes_down),
               sum(wait_sum),
               sum(wait_samples),
               max(wait_max),
               sum(ride_minutes_operating),
               sum(ride_minutes_down),
               sum(ride_minutes_closed),
               sum(ride_minutes_refurbishment),
               sum(ride_minutes_unknown)
          from @park_cycles as cycles
         where slot >= :tail_from
           and slot < :tail_to
         group by park_id) as parts
 group by park_id
