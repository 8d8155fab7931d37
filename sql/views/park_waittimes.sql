-- Parks by their mean wait.
-- view: park_waittimes  type: park_rankings  route: /api/parks/waittimes
-- param: period = live|today|yesterday|7days|30days|last_week|last_month|year|year-over-year->year; default live
-- param: year = int 2000..2100; default null
-- param: filter = disney-universal|all-parks; default all-parks
-- store: shelf  key: park_waittimes_{period}_{filter}  due: 5m; over 1h  fresh: 15m; over 3h  tags: parks, rides
-- set: success = true, period = :period, filter = :filter, attribution = @attribution

-- name: data :many
-- sort: avg_wait_minutes by mean desc, park_name, park_id
-- limit: default 50; max 100
-- rank: rank
select waits.park_id,
       waits.park_name,
       waits.location,
       waits.wait_sum * 1.000000 / waits.wait_samples as "avg_wait_minutes: num1",
       waits.wait_sum * 1.000000 / waits.wait_samples as "mean: hidden",
       waits.wait_max as peak_wait_minutes,
       waits.rides_reporting,
       waits.park_is_open as "park_is_open: bool",
       100.000000 * (waits.period_mean - waits.mean_before) / nullif(waits.mean_before, 0) as "trend_percentage: num1",
       waits.queue_times_id,
       waits.queue_times_url,
       :period_label as period_label
  from (select parks.*,
               sums.mean_wait as period_mean,
               earlier.mean_wait as mean_before,
               coalesce(live.is_open, false) as park_is_open,
               case when :period = 'live' then live.wait_sum else sums.wait_sum end as wait_sum,
               case when :period = 'live' then live.wait_samples else sums.wait_samples end as wait_samples,
               case when :period = 'live' then live.wait_max else sums.wait_max end as wait_max,
               case when :period = 'live' then live.wait_samples else coalesce(rides.reporting, 0) end as rides_reporting
          from @parks as parks
          left join @park_sums as sums on sums.park_id = parks.park_id
          left join @prev_park_sums as earlier on earlier.park_id = parks.park_id
          left join @park_rides as rides on rides.park_id = parks.park_id
          left join @live_parks as live on live.park_id = parks.park_id) as waits
 where waits.wait_samples > 0;
