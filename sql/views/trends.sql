-- Parks and rides whose uptime moved by five points or more between the period and the equivalent one before it; both are
-- read, neither is inferred.
-- view: trends  type: trends  route: /api/trends
-- param: category = parks-improving|parks-declining|rides-improving|rides-declining; required
-- param: period = today|yesterday|7days|30days|last_week|last_month|year|year-over-year->year; default last_week
-- param: year = int 2000..2100; default null
-- param: filter = disney-universal|all-parks; default all-parks
-- store: shelf  key: trends_{category}_{period}_{filter}  due: 10m; over 1h  fresh: 15m; over 3h  tags: parks, rides
-- set: success = true, period = :period, category = :category, filter = :filter, count = :count, timestamp = :data_through
-- set: comparison.current_period = :period_dates, comparison.previous_period = :prev_dates, attribution = @attribution_line

-- name: parks :many when category = parks-improving
-- sort: improvement_percentage by points desc, park_name, park_id
-- limit: default 50; max 100; outside -> refuse
select trends.park_id,
       trends.park_name,
       trends.location,
       trends.uptime as "current_uptime: num1",
       trends.uptime_before as "previous_uptime: num1",
       trends.points as "improvement_percentage: num1",
       trends.points as "points: hidden",
       trends.hours_down as "current_downtime_hours: num2",
       trends.hours_down_before as "previous_downtime_hours: num2",
       trends.queue_times_url
  from @park_trends as trends
 where trends.points >= 5;

-- name: parks :many when category = parks-declining
-- sort: decline_percentage by points desc, park_name, park_id
-- limit: default 50; max 100; outside -> refuse
select trends.park_id,
       trends.park_name,
       trends.location,
       trends.uptime as "current_uptime: num1",
       trends.uptime_before as "previous_uptime: num1",
       - trends.points as "decline_percentage: num1",
       - trends.points as "points: hidden",
       trends.hours_down as "current_downtime_hours: num2",
       trends.hours_down_before as "previous_downtime_hours: num2",
       trends.queue_times_url
  from @park_trends as trends
 where trends.points <= -5;

-- name: rides :many when category = rides-improving
-- sort: improvement_percentage by points desc, ride_name, ride_id
-- limit: default 50; max 100; outside -> refuse
select trends.ride_id,
       trends.ride_name,
       trends.park_id,
       trends.park_name,
       trends.uptime as "current_uptime: num1",
       trends.uptime_before as "previous_uptime: num1",
       trends.points as "improvement_percentage: num1",
       trends.points as "points: hidden",
       trends.hours_down as "current_downtime_hours: num2",
       trends.hours_down_before as "previous_downtime_hours: num2",
       trends.queue_times_url
  from @ride_trends as trends
 where trends.points >= 5;

-- name: rides :many when category = rides-declining
-- sort: decline_percentage by points desc, ride_name, ride_id
-- limit: default 50; max 100; outside -> refuse
select trends.ride_id,
       trends.ride_name,
       trends.park_id,
       trends.park_name,
       trends.uptime as "current_uptime: num1",
       trends.uptime_before as "previous_uptime: num1",
       - trends.points as "decline_percentage: num1",
       - trends.points as "points: hidden",
       trends.hours_down as "current_downtime_hours: num2",
       trends.hours_down_before as "previous_downtime_hours: num2",
       trends.queue_times_url
  from @ride_trends as trends
 where trends.points <= -5;
