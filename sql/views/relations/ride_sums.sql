-- One row a ride: its exact sums over the period, from whole years or filled days, then filled hours, then the raw tail.
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
       sum(minutes_unknown) as minutes_unknown
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
               sum(case when park_is_open then interval_minutes else 0 end),
               sum(outage_began),
               sum(case when state = 'down' then weight * interval_minutes else 0 end),
               sum(case when state = 'operating' then coalesce(wait_minutes, 0) else 0 end),
               count(case when state = 'operating' and wait_minutes > 0 then 1 end),
               max(case when state = 'operating' and wait_minutes > 0 then wait_minutes end),
               sum(case when state = 'operating' then interval_minutes else 0 end),
               sum(case when state = 'down' then interval_minutes else 0 end),
               sum(case when state = 'closed' then interval_minutes else 0 end),
               sum(case when state = 'refurbishment' then interval_minutes else 0 end),
               sum(case when state = 'unknown' then interval_minutes else 0 end)
          from ride_snapshots
         where hour_start >= :tail_from
           and hour_start < :tail_to
           and hour_start + interval minute minute < :tail_to
         group by ride_id) as parts
 group by ride_id
