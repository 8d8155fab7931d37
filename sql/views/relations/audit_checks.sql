-- One row a check of the audited day: how many parks or rides fail it, how many may, and the first of them.
select checks.check_name,
       checks.severity,
       coalesce(faults.violations, 0) as violations,
       0 as max_allowed,
       coalesce(faults.violations, 0) = 0 as passed,
       checks.message,
       concat('[', coalesce(faults.sample, ''), ']') as sample
  from (select 'day_is_filled' as check_name,
               'CRITICAL' as severity,
               'the day is over and has no row of any park' as message
         union all
        select 'park_days_equal_hours', 'CRITICAL', 'the day of a park is not the sum of its hours'
         union all
        select 'ride_days_equal_hours', 'CRITICAL', 'the day of a ride is not the sum of its hours'
         union all
        select 'park_scores_in_range', 'CRITICAL', 'the score of a park does not lie between 0 and 10'
         union all
        select 'park_minutes_fit_the_day', 'CRITICAL', 'a park was open for longer than the day'
         union all
        select 'ride_minutes_fit_the_day', 'CRITICAL', 'the states of a ride last longer than the day'
         union all
        select 'rides_add_up_to_parks', 'CRITICAL', 'the rides of a park do not add up to it'
         union all
        select 'downtime_while_open', 'CRITICAL', 'a ride was down for longer than its park was open'
         union all
        select 'day_is_known', 'WARNING', 'there is no data of that day: it is to come, or before the first poll, or nothing of it is filled yet'
         union all
        select 'day_is_current', 'WARNING', 'the day or one of its hours waits to be filled again'
         union all
        select 'parks_have_a_day', 'WARNING', 'a park that was read by then has no row of the day'
         union all
        select 'waits_in_range', 'WARNING', 'the waits of a ride are above 600 minutes, or sum and maximum disagree'
         union all
        select 'little_is_unknown', 'WARNING', 'of what the rides of a park did more than nine tenths is unknown'
         union all
        select 'open_parks_have_samples', 'WARNING',
               'a park was not read all day, or for an hour between its first and its last ride at work') as checks
  left join (select check_name,
                    count(*) as violations,
                    substring_index(group_concat(entity_id order by entity_id), ',', 5) as sample
               from @audit_faults as faults
              group by check_name) as faults
    on faults.check_name = checks.check_name
