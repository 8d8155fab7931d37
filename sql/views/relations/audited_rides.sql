-- One row a ride with a row of the audited day or of its hours: whether the two differ, and what the row of the day says.
select ride_id,
       count(*) <> 2
         or count(distinct park_id, sample_count, open_minutes, outages, weighted_minutes_down, wait_sum, wait_samples,
                  coalesce(wait_max, -1), minutes_operating, minutes_down, minutes_closed, minutes_refurbishment,
                  minutes_unknown, coalesce(to_seconds(first_operated_at), -1),
                  coalesce(to_seconds(last_operated_at), -1)) <> 1 as differs,
       max(case when is_day then open_minutes end) as open_minutes,
       max(case when is_day then minutes_down end) as minutes_down,
       max(case when is_day
                then minutes_operating + minutes_down + minutes_closed + minutes_refurbishment + minutes_unknown end) as minutes,
       max(case when is_day then wait_sum end) as wait_sum,
       max(case when is_day then wait_samples end) as wait_samples,
       max(case when is_day then wait_max end) as wait_max
  from (select true as is_day,
               ride_id,
               park_id,
               sample_count,
               open_minutes,
               outages,
               weighted_minutes_down,
               wait_sum,
               wait_samples,
               wait_max,
               minutes_operating,
               minutes_down,
               minutes_closed,
               minutes_refurbishment,
               minutes_unknown,
               first_operated_at,
               last_operated_at
          from ride_daily_stats
         where stat_date = :first_date
         union all
        select false,
               ride_id,
               max(park_id),
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
               sum(minutes_unknown),
               min(first_operated_at),
               max(last_operated_at)
          from ride_hourly_stats
         where hour_start >= :start
           and hour_start < :end
         group by ride_id) as sides
 group by ride_id
