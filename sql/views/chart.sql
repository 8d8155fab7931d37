-- Scores, waits and downtime over the points of a period: the first of each ranking, in its order. A live chart shows the
-- last hour, cycle by cycle.
-- view: chart  type: chart_data  route: /api/trends/chart-data
-- param: period = live|today|yesterday|7days|30days|last_week|last_month|year|year-over-year->year; default last_week
-- param: year = int 2000..2100; default null
-- param: type = park_shame|waittimes|ride_downtime|ridewaittimes|parks->park_shame|rides->ride_downtime; default parks
-- param: filter = disney-universal|all-parks; default disney-universal
-- store: shelf  key: chart_{type}_{period}_{filter}  due: 10m; over 1h  fresh: 15m; over 3h  tags: parks, rides, tiers
-- set: success = true, period = :period, type = :type, filter = :filter, mock = false, timestamp = :data_through
-- set: granularity = "minutes" when period = live
-- set: granularity = "hourly" when period in (today, yesterday)
-- set: granularity = "daily" when period not in (live, today, yesterday, year)
-- set: granularity = "monthly" when period = year
-- set: attribution = @attribution_line

-- name: chart_data :grid as datasets when type = park_shame
-- limit: default 10; max 20; outside -> clamp
select park_name as label,
       park_id as entity_id,
       park_name,
       park_name as park,
       location,
       at as "at: axis",
       score as "value: cell1"
  from @park_points(top_parks_by_score) as points
 order by place;

-- name: chart_data :grid as datasets when type = waittimes
-- limit: default 10; max 20; outside -> clamp
select park_name as label,
       park_id as entity_id,
       park_name,
       park_name as park,
       location,
       at as "at: axis",
       mean_wait as "value: cell0"
  from @park_points(top_parks_by_wait) as points
 order by place;

-- name: chart_data :grid as datasets when type = ride_downtime
-- limit: default 10; max 20; outside -> clamp
select ride_name as label,
       ride_id as entity_id,
       park_name as park,
       park_name,
       tier,
       at as "at: axis",
       hours_down as "value: cell2"
  from @ride_points(top_rides_by_downtime) as points
 order by place;

-- name: chart_data :grid as datasets when type = ridewaittimes
-- limit: default 10; max 20; outside -> clamp
select ride_name as label,
       ride_id as entity_id,
       park_name as park,
       park_name,
       tier,
       at as "at: axis",
       mean_wait as "value: cell0"
  from @ride_points(top_rides_by_wait) as points
 order by place;
