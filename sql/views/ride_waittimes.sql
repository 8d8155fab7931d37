-- Rides by their mean wait; live, by the wait now.
-- view: ride_waittimes  type: ride_rankings  route: /api/rides/waittimes
-- param: period = live|today|yesterday|7days|30days|last_week|last_month|year|year-over-year->year; default live
-- param: mode = live|today|yesterday|7days|30days|last_week|last_month|year|year-over-year->year|7day-average->7days|peak-times->7days; default :period
-- param: year = int 2000..2100; default null
-- param: filter = disney-universal|all-parks; default all-parks
-- span: mode  store: shelf  key: ride_waittimes_{mode}_{filter}  due: 5m  fresh: 15m  tags: parks, rides, tiers
-- set: success = true, period = :period, mode = :mode, filter = :filter, attribution = @attribution

-- name: data :many
-- sort: avg_wait_minutes by mean desc, ride_name, ride_id
-- limit: default 100; max 200
-- rank: rank
select waits.ride_id,
       waits.ride_name,
       waits.tier,
       waits.park_id,
       waits.park_name,
       waits.location,
       waits.mean as "avg_wait_minutes: num1",
       waits.mean as "mean: hidden",
       waits.peak as peak_wait_minutes,
       waits.wait_now as current_wait_time,
       waits.wait_now as current_wait_minutes,
       waits.status as current_status,
       waits.is_open as "current_is_open: bool",
       waits.park_is_open as "park_is_open: bool",
       100.000000 * (waits.period_mean - waits.mean_before) / nullif(waits.mean_before, 0) as "trend_percentage: num1",
       waits.queue_times_id,
       waits.park_queue_times_id,
       waits.queue_times_url,
       :period_label as period_label
  from (select rides.*,
               live.wait_minutes as wait_now,
               sums.mean_wait as period_mean,
               earlier.mean_wait as mean_before,
               live.status,
               live.is_open,
               coalesce(live.park_is_open, false) as park_is_open,
               case when :mode = 'live' then live.wait_minutes * 1.000000
                    else sums.mean_wait end as mean,
               case when :mode = 'live' then greatest(live.wait_minutes, coalesce(sums.wait_max, 0))
                    else sums.wait_max end as peak
          from @rides as rides
          left join @ride_sums as sums on sums.ride_id = rides.ride_id
          left join @prev_ride_sums as earlier on earlier.ride_id = rides.ride_id
          left join @live_rides as live on live.ride_id = rides.ride_id) as waits
 where waits.mean is not null;
