-- One row a park: its exact sums over the period, from whole years or filled days, then filled hours, then the raw tail.
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
       sum(ride_minutes_unknown) as ride_minutes_unknown
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
               sum(case when state = 'open' then interval_minutes else 0 end),
               coalesce(sum(score * interval_minutes), 0),
               sum(weight_down * interval_minutes),
               sum(wait_sum),
               sum(wait_samples),
               max(wait_max),
               sum(rides_operating * interval_minutes),
               sum(rides_down * interval_minutes),
               sum(rides_closed * interval_minutes),
               sum(rides_refurbishment * interval_minutes),
               sum(rides_unknown * interval_minutes)
          from park_snapshots
         where slot >= :tail_from
           and slot < :tail_to
         group by park_id) as parts
 group by park_id
