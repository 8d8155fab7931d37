-- All that a park has in some hours, in the day and in the year they lie in, with the averages as pages show them.
select told.*,
       cast(round(score_minutes / nullif(open_minutes, 0), 1) as char) as score_shown,
       cast(round(wait_sum / nullif(wait_samples, 0), 1) as char) as wait_shown
  from (select 'hourly' as level, hourly.*
          from park_hourly_stats as hourly
         where park_id = :id
           and hour_start >= :start
           and hour_start < :end
         union all
        select 'daily', daily.*
          from park_daily_stats as daily
         where park_id = :id
           and stat_date = :stat_date
         union all
        select 'yearly', yearly.*
          from park_yearly_stats as yearly
         where park_id = :id
           and stat_year = :stat_year) as told
