-- The awards of a year beside the year before. The running year is partial, and is compared with as much of the last one;
-- every other is whole. `most-reliable` is for whoever ran, or was to run, for a hundred hours at least.
-- view: yearly_awards  type: awards  route: /api/awards/yearly
-- param: entity = parks|rides; default parks
-- param: award = least-reliable|most-reliable|longest-waits; default least-reliable
-- param: period = year; default year
-- param: year = int 2000..2100; default null
-- param: filter = disney-universal|all-parks; default all-parks
-- store: shelf  key: yearly_{award}-{entity}_{period}_{filter}  due: 1h  fresh: 2h  tags: parks, rides, tiers
-- set: success = true, entity = :entity, award = :award, filter = :filter, count = :count
-- set: year = :period_label, is_partial = :is_partial, current_period = :period_dates, previous_period = :prev_dates
-- set: attribution = @attribution

-- name: years :many
select stat_year as year,
       min(is_complete) as "is_complete: bool"
  from park_yearly_stats
 group by stat_year
 order by stat_year desc;

-- name: data :many when entity = parks
-- sort: award by merit desc, park_name, park_id
-- limit: default 10; max 100
-- rank: rank
select parks.park_id,
       parks.park_name,
       parks.location,
       case :award when 'least-reliable' then sums.score
                   when 'most-reliable' then sums.uptime
                   else sums.mean_wait end as "merit: hidden",
       sums.score as "avg_shame_score: num1",
       earlier.score as "previous_avg_shame_score: num1",
       sums.uptime as "uptime_percentage: num1",
       earlier.uptime as "previous_uptime_percentage: num1",
       sums.hours_down as "total_downtime_hours: num2",
       earlier.hours_down as "previous_total_downtime_hours: num2",
       100.000000 * (sums.ride_minutes_down - earlier.ride_minutes_down) / nullif(earlier.ride_minutes_down, 0)
         as "trend_percentage: num1",
       sums.mean_wait as "avg_wait_minutes: num1",
       earlier.mean_wait as "previous_avg_wait_minutes: num1",
       sums.wait_max as peak_wait_minutes
  from @parks as parks
  join @park_sums as sums on sums.park_id = parks.park_id
  left join @prev_park_sums as earlier on earlier.park_id = parks.park_id
 where sums.uptime is not null
   and case :award when 'least-reliable' then sums.score_minutes > 0
                   when 'most-reliable' then sums.open_minutes >= 6000
                   else sums.wait_samples > 0 end;

-- name: data :many when entity = rides
-- sort: award by merit desc, ride_name, ride_id
-- limit: default 10; max 100
-- rank: rank
select rides.ride_id,
       rides.ride_name,
       rides.park_id,
       rides.park_name,
       rides.tier,
       case :award when 'least-reliable' then sums.minutes_down
                   when 'most-reliable' then sums.uptime
                   else sums.mean_wait end as "merit: hidden",
       sums.uptime as "uptime_percentage: num1",
       earlier.uptime as "previous_uptime_percentage: num1",
       sums.hours_down as "downtime_hours: num2",
       earlier.hours_down as "previous_downtime_hours: num2",
       100.000000 * (sums.minutes_down - earlier.minutes_down) / nullif(earlier.minutes_down, 0) as "trend_percentage: num1",
       sums.outages as downtime_incidents,
       sums.mean_wait as "avg_wait_minutes: num1",
       earlier.mean_wait as "previous_avg_wait_minutes: num1",
       sums.wait_max as peak_wait_minutes
  from @rides as rides
  join @ride_sums as sums on sums.ride_id = rides.ride_id
  left join @prev_ride_sums as earlier on earlier.ride_id = rides.ride_id
 where sums.uptime is not null
   and case :award when 'least-reliable' then sums.minutes_down > 0
                   when 'most-reliable' then sums.minutes_operating + sums.minutes_down >= 6000
                   else sums.wait_samples > 0 end;
