-- One row a park and day of the period: its exact sums, from filled days; one not yet filled from its hours and the raw tail.
select park_id,
       stat_date,
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
  from park_daily_stats
 where stat_date >= :first_date
   and stat_date < :days_to
 union all
select park_id,
       stat_date,
       sum(sample_count),
       sum(open_minutes),
       sum(score_minutes),
       sum(weighted_minutes_down),
       sum(wait_sum),
       sum(wait_samples),
       max(wait_max),
       sum(ride_minutes_operating),
       sum(ride_minutes_down),
       min(first_operated_at),
       max(last_operated_at)
  from (select hours.*,
               cast(hour_start + interval case when hour_start < :clock_changes_at then :minutes_before else :minutes_after end
                    minute as date) as stat_date
          from (select *
                  from @park_filled_hours as filled
                 where hour_start >= :hours_from
                   and hour_start < :hours_to
                 union all
                select *
                  from @park_tail_hours as tail
                 where hour_start >= :hours_from) as hours) as dated
 group by park_id, stat_date
