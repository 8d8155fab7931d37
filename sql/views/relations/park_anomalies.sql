-- One row a day of the period and thing that is odd about an active park: beside its own 30 days before, or by itself.
select days.stat_date,
       kinds.anomaly_type,
       case kinds.anomaly_type
         when 'score_far_above_usual' then case when days.score >= days.usual_score + 4 then 'CRITICAL' else 'WARNING' end
         when 'open_far_shorter' then case when days.open_minutes = 0 then 'INFO' else 'WARNING' end
         when 'much_unknown' then case when days.unknown > 75 then 'CRITICAL' else 'WARNING' end
         else 'CRITICAL'
       end as severity,
       'park' as entity_type,
       parks.park_id as entity_id,
       parks.park_name as entity_name,
       parks.park_id,
       parks.park_name,
       case kinds.anomaly_type
         when 'score_far_above_usual' then days.score
         when 'open_far_shorter' then days.open_minutes
         when 'much_unknown' then days.unknown
         else days.sample_count
       end as value,
       case kinds.anomaly_type
         when 'score_far_above_usual' then days.usual_score
         when 'open_far_shorter' then days.usual_open_minutes
         when 'much_unknown' then days.usual_unknown
       end as expected,
       kinds.message
  from (select park_id,
               stat_date,
               sample_count,
               open_minutes,
               score_minutes * 1.000000 / nullif(open_minutes, 0) as score,
               100.000000 * ride_minutes_unknown
                 / nullif(ride_minutes_operating + ride_minutes_down + ride_minutes_closed + ride_minutes_refurbishment
                          + ride_minutes_unknown, 0) as unknown,
               count(case when open_minutes > 0 then 1 end) over before_it as usual_days,
               sum(score_minutes) over before_it * 1.000000 / nullif(sum(open_minutes) over before_it, 0) as usual_score,
               avg(case when open_minutes > 0 then open_minutes * 1.0000 end) over before_it as usual_open_minutes,
               100.000000 * sum(ride_minutes_unknown) over before_it
                 / nullif(sum(ride_minutes_operating + ride_minutes_down + ride_minutes_closed + ride_minutes_refurbishment
                              + ride_minutes_unknown) over before_it, 0) as usual_unknown
          from park_daily_stats
         where stat_date >= cast(:first_date as date) - interval 30 day
           and stat_date <= :last_date
        window before_it as (partition by park_id order by to_days(stat_date) range between 30 preceding and 1 preceding)) as days
  join @places as parks
    on parks.park_id = days.park_id
   and parks.is_active
 cross join (select 'score_far_above_usual' as anomaly_type,
                    'the score is at least twice the mean of the 30 days before, and 2 points above it' as message
              union all
             select 'open_far_shorter', 'open for less than half of the usual time, or not at all'
              union all
             select 'much_unknown', 'more than a quarter of what its rides did is unknown, twice as much as usual'
              union all
             select 'not_read', 'nothing was read of the park all day') as kinds
 where days.stat_date >= :first_date
   and case kinds.anomaly_type
         when 'score_far_above_usual'
         then days.usual_days >= 7 and days.score >= 2 * days.usual_score and days.score >= days.usual_score + 2
         when 'open_far_shorter'
         then days.usual_days >= 7 and days.sample_count > 0 and 2 * days.open_minutes < days.usual_open_minutes
         when 'much_unknown' then days.usual_days >= 7 and days.unknown > 25 and days.unknown >= 2 * days.usual_unknown
         when 'not_read' then days.sample_count = 0
       end
