-- One row a check and park or ride of the audited day that fails it; what speaks of the day itself names none.
select checks.check_name,
       rides.ride_id as entity_id
  from @audited_rides as rides
 cross join @audited_day as day
 cross join (select 'ride_days_equal_hours' as check_name
              union all
             select 'ride_minutes_fit_the_day'
              union all
             select 'downtime_while_open'
              union all
             select 'waits_in_range') as checks
 where case checks.check_name
         when 'ride_days_equal_hours' then rides.differs and day.is_filled and day.hours_are_kept and day.stale_periods = 0
         when 'ride_minutes_fit_the_day' then rides.minutes > timestampdiff(minute, :start, :end)
         when 'downtime_while_open' then rides.minutes_down > rides.open_minutes
         when 'waits_in_range'
         then rides.wait_max > 600 or rides.wait_sum < rides.wait_samples
              or rides.wait_sum > rides.wait_samples * coalesce(rides.wait_max, 0)
       end
 union all
select checks.check_name,
       parks.park_id
  from @audited_parks as parks
  join parks as known on known.park_id = parks.park_id
  left join @audited_park_rides as rides on rides.park_id = parks.park_id
 cross join @audited_day as day
 cross join (select 'park_days_equal_hours' as check_name
              union all
             select 'park_scores_in_range'
              union all
             select 'park_minutes_fit_the_day'
              union all
             select 'rides_add_up_to_parks'
              union all
             select 'little_is_unknown'
              union all
             select 'open_parks_have_samples') as checks
 where case checks.check_name
         when 'park_days_equal_hours' then parks.differs and day.is_filled and day.hours_are_kept and day.stale_periods = 0
         when 'park_scores_in_range' then parks.score_minutes < 0 or parks.score_minutes > 10 * parks.open_minutes
         when 'park_minutes_fit_the_day' then parks.open_minutes > timestampdiff(minute, :start, :end)
         -- What a park in doubt came to is not settled yet.
         when 'rides_add_up_to_parks'
         then parks.has_day
              and (known.doubt_since is null or known.doubt_since >= :end)
              and not (parks.weighted_minutes_down = coalesce(rides.weighted_minutes_down, 0)
                       and parks.wait_sum = coalesce(rides.wait_sum, 0)
                       and parks.wait_samples = coalesce(rides.wait_samples, 0)
                       and parks.ride_minutes_operating = coalesce(rides.minutes_operating, 0)
                       and parks.ride_minutes_down = coalesce(rides.minutes_down, 0)
                       and parks.ride_minutes_closed = coalesce(rides.minutes_closed, 0)
                       and parks.ride_minutes_refurbishment = coalesce(rides.minutes_refurbishment, 0)
                       and parks.ride_minutes_unknown = coalesce(rides.minutes_unknown, 0))
         -- A feed that stands still every night leaves more than half of each day unknown.
         when 'little_is_unknown'
         then parks.ride_minutes_unknown > 9 * (parks.ride_minutes_operating + parks.ride_minutes_down
                                                + parks.ride_minutes_closed + parks.ride_minutes_refurbishment)
         when 'open_parks_have_samples' then known.is_active and parks.sample_count = 0
       end
 union all
-- Of a park that was read that day: an hour without a reading between the first and the last ride at work.
select distinct
       'open_parks_have_samples',
       day.park_id
  from park_daily_stats as day
  join park_hourly_stats as hours
    on hours.park_id = day.park_id
   and hours.hour_start > day.first_operated_at
   and hours.hour_start + interval 1 hour <= day.last_operated_at
 where day.stat_date = :first_date
   and hours.hour_start >= :start
   and hours.hour_start < :end
   and hours.sample_count = 0
 union all
select case when day.is_filled then 'parks_have_a_day' else 'day_is_filled' end,
       parks.park_id
  from parks
  join @audited_day as day on day.is_due
  left join park_daily_stats as filled
    on filled.stat_date = :first_date
   and filled.park_id = parks.park_id
 where parks.first_slot < :end
   and filled.park_id is null
 union all
select 'day_is_known',
       null
  from @audited_day as day
 where not day.is_known
 union all
select 'day_is_current',
       null
  from @audited_day as day
 where day.is_due
   and day.stale_periods > 0
