-- One row a ride and day of the period: its exact sums, from filled days; one not yet filled from its hours and the raw tail.
select ride_id,
       park_id,
       stat_date,
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
  from ride_daily_stats
 where stat_date >= :first_date
   and stat_date < :days_to
 union all
select ride_id,
       park_id,
       stat_date,
       sum(sample_count),
       sum(open_minutes),
       sum(outages),
       sum(weighted_minutes_down),
       sum(wait_sum),
       sum(wait_samples),
       max(wait_max),
       sum(minutes_operating),
       sum(minutes_down),
       sum(minutes)
  from (select hours.*,
               cast(hour_start + interval case when hour_start < :clock_changes_at then :minutes_before else :minutes_after end
                    minute as date) as stat_date
          from @ride_hours as hours
         where hour_start >= :hours_from) as dated
 group by ride_id, park_id, stat_date
