-- One row a ride: its exact sums over the period, from whole years or filled days, then filled hours, then the raw tail;
-- and what they come to.
select ride_id,
       sum(sample_count) as sample_count,
       sum(open_minutes) as open_minutes,
       sum(outages) as outages,
       sum(weighted_minutes_down) as weighted_minutes_down,
       sum(wait_sum) as wait_sum,
       sum(wait_samples) as wait_samples,
       max(wait_max) as wait_max,
       sum(minutes_operating) as minutes_operating,
       sum(minutes_down) as minutes_down,
       sum(minutes_closed) as minutes_closed,
       sum(minutes_refurbishment) as minutes_refurbishment,
       sum(minutes_unknown) as minutes_unknown,
       sum(wait_sum) * 1.000000 / nullif(sum(wait_samples), 0) as mean_wait,
       sum(minutes_down) * 1.000000 / 60 as hours_down,
       sum(weighted_minutes_down) * 1.000000 / 60 as weighted_hours_down,
       100.000000 * sum(minutes_operating) / nullif(sum(minutes_operating) + sum(minutes_down), 0) as uptime
  from (select ride_id,
               sum(sample_count) as sample_count,
               sum(open_minutes) as open_minutes,
               sum(outages) as outages,
               sum(weighted_minutes_down) as weighted_minutes_down,
               sum(wait_sum) as wait_sum,
               sum(wait_samples) as wait_samples,
               max(wait_max) as wait_max,
               sum(minutes_operating) as minutes_operating,
               sum(minutes_down) as minutes_down,
               sum(minutes_closed) as minutes_closed,
               sum(minutes_refurbishment) as minutes_refurbishment,
               sum(minutes_unknown) as minutes_unknown
          from ride_yearly_stats
         where stat_year >= :years_from
           and stat_year < :years_to
         group by ride_id
         union all
        select ride_id,
               sum(sample_count),
               sum(open_minutes),
               sum(outages),
               sum(weighted_minutes_down),
               sum(wait_sum),
               sum(wait_samples),
               max(wait_max),
               sum(minutes_operating),
               sum(minutes_down),
               sum(minutes_closed),
               sum(minutes_refurbishment),
               sum(minutes_unknown)
          from ride_daily_stats
         where stat_date >= :days_from
           and stat_date < :days_to
         group by ride_id
         union all
        select ride_id,
               sum(sample_count),
               sum(open_minutes),
               sum(outages),
               sum(weighted_minutes_down),
               sum(wait_sum),
               sum(wait_samples),
               max(wait_max),
               sum(minutes_operating),
               sum(minutes_down),
               sum(minutes_closed),
               sum(minutes_refurbishment),
               sum(minutes_unknown)
          from ride_hourly_stats
         where hour_start >= :hours_from
           and hour_start < :hours_to
         group by ride_id
         union all
        select ride_id,
               count(*),
               sum(open_minutes),
               sum(outages),
               sum(weighted_minutes_down),
               sum(wait_sum),
               sum(wait_samples),
               max(wait_max),
               sum(minutes_operating),
               sum(minutes_down),
               sum(minutes_closed),
               sum(minutes_refurbishment),
               sum(minutes_unknown)
          from @ride_cycles as cycles
         where hour_start >= :tail_from
           and hour_start < :tail_to
           and slot < :tail_to
         group by ride_id) as parts
 group by ride_id
