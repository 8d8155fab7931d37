-- Rides by the time they were down.
-- view: ride_downtime  type: ride_rankings  route: /api/rides/downtime
-- param: period = live|today|yesterday|7days|30days|last_week|last_month|year|year-over-year->year; default live
-- param: year = int 2000..2100; default null
-- param: filter = disney-universal|all-parks; default all-parks
-- store: shelf  key: ride_downtime_{period}_{filter}  due: 5m; over 1h  fresh: 15m; over 3h  tags: parks, rides, tiers
-- set: success = true, period = :period, filter = :filter, attribution = @attribution

-- name: data :many
-- sort: downtime_hours by minutes_down desc, ride_name, ride_id
-- sort: uptime_percentage by uptime, ride_name, ride_id
-- sort: current_is_open by current_is_open, minutes_down desc, ride_name, ride_id
-- sort: trend_percentage by trend desc, minutes_down desc, ride_name, ride_id
-- limit: default 100; max 200
-- rank: rank
select rides.ride_id,
       rides.ride_name,
       rides.tier,
       rides.park_id,
       rides.park_name,
       rides.location,
       sums.hours_down as "downtime_hours: num2",
       sums.minutes_down as "minutes_down: hidden",
       sums.uptime as "uptime_percentage: num1",
       sums.uptime as "uptime: hidden",
       live.status as current_status,
       live.is_open as "current_is_open: bool",
       coalesce(live.park_is_open, false) as "park_is_open: bool",
       100.000000 * (sums.minutes_down - earlier.minutes_down) / nullif(earlier.minutes_down, 0) as "trend_percentage: num1",
       100.000000 * (sums.minutes_down - earlier.minutes_down) / nullif(earlier.minutes_down, 0) as "trend: hidden",
       sums.mean_wait as "avg_wait_time: num0",
       sums.wait_max as peak_wait_time,
       sums.outages as status_changes,
       rides.queue_times_id,
       rides.park_queue_times_id,
       rides.queue_times_url,
       :period_label as period_label
  from @ride_sums as sums
  join @rides as rides on rides.ride_id = sums.ride_id
  left join @prev_ride_sums as earlier on earlier.ride_id = sums.ride_id
  left join @live_rides as live on live.ride_id = sums.ride_id
 where sums.minutes_down > 0
   and (:period <> 'live' or live.ride_id is not null);
