-- One row a park with a row of the audited day or of its hours: whether the two differ, and what the row of the day says.
select park_id,
       max(is_day) as has_day,
       count(*) <> 2
         or count(distinct sample_count, open_minutes, score_minutes, weighted_minutes_down, wait_sum, wait_samples,
                  coalesce(wait_max, -1), ride_minutes_operating, ride_minutes_down, ride_minutes_closed,
                  ride_minutes_refurbishment, ride_minutes_unknown, coalesce(to_seconds(first_operated_at), -1),
                  coalesce(to_seconds(last_operated_at), -1)) <> 1 as differs,
       max(case when is_day then sample_count end) as sample_count,
       max(case when is_day then open_minutes end) as open_minutes,
       max(case when is_day then score_minutes end) as score_minutes,
       max(case when is_day then weighted_minutes_down end) as weighted_minutes_down,
       max(case when is_day then wait_sum end) as wait_sum,
       max(case when is_day then wait_samples end) as wait_samples,
       max(case when is_day then ride_minutes_operating end) as ride_minutes_operating,
       max(case when is_day then ride_minutes_down end) as ride_minutes_down,
       max(case when is_day then ride_minutes_closed end) as ride_minutes_closed,
       max(case when is_day then ride_minutes_refurbishment end) as ride_minutes_refurbishment,
       max(case when is_day then ride_minutes_unknown end) as ride_minutes_unknown
  from (select true as is_day,
               park_id,
               sample_count,
               open_minutes,
               score_minutes,
               weighted_minutes_down,
               wait_sum,
               wait_samples,
               wait_max,
               ride_minutes_operating,
               ride_minutes_down,
               ride_minutes_closed,
               ride_minutes_refurbishment,
               ride_minutes_unknown,
               first_operated_at,
               last_operated_at
          from park_daily_stats
         where stat_date = :first_date
         union all
        select false,
               park_id,
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
               sum(ride_minutes_unknown),
               min(first_operated_at),
               max(last_operated_at)
          from park_hourly_stats
         where hour_start >= :start
           and hour_start < :end
         group by park_id) as sides
 group by park_id
