-- The first of each ranking over the points of a period, as a matrix. The total of a row is the value of its ranking.
-- view: heatmap  type: chart_data  route: /api/trends/heatmap-data
-- param: period = today|yesterday|7days|30days|last_week|last_month|year|year-over-year->year; required
-- param: year = int 2000..2100; default null
-- param: type = parks-shame|parks|rides-downtime|rides-waittimes; required
-- param: filter = disney-universal|all-parks; default all-parks
-- store: on-demand until cycle  fresh: 5m  tags: parks, rides, tiers
-- set: success = true, period = :period, filter = :filter, timezone = "America/Los_Angeles", attribution = @attribution
-- set: granularity = "hourly" when period in (today, yesterday)
-- set: granularity = "daily" when period not in (today, yesterday, year)
-- set: granularity = "monthly" when period = year
-- set: metric = "shame_score", metric_unit = "points", title = "Parks by shame score" when type = parks-shame
-- set: metric = "avg_wait_time_minutes", metric_unit = "minutes", title = "Parks by average wait" when type = parks
-- set: metric = "downtime_hours", metric_unit = "hours", title = "Rides by downtime" when type = rides-downtime
-- set: metric = "avg_wait_time_minutes", metric_unit = "minutes", title = "Rides by average wait" when type = rides-waittimes

-- name: . :grid as matrix when type = parks-shame
-- limit: default 10; max 20; outside -> clamp
select park_id as entity_id,
       park_name as entity_name,
       place as "rank",
       value as "total_value: num1",
       coalesce(location, park_name) as location,
       at as "at: axis",
       score as "value: cell1"
  from @park_points(top_parks_by_score) as points
 order by place;

-- name: . :grid as matrix when type = parks
-- limit: default 10; max 20; outside -> clamp
select park_id as entity_id,
       park_name as entity_name,
       place as "rank",
       value as "total_value: num1",
       coalesce(location, park_name) as location,
       at as "at: axis",
       mean_wait as "value: cell0"
  from @park_points(top_parks_by_wait) as points
 order by place;

-- name: . :grid as matrix when type = rides-downtime
-- limit: default 10; max 20; outside -> clamp
select ride_id as entity_id,
       ride_name as entity_name,
       place as "rank",
       value as "total_value: num2",
       park_name,
       tier,
       at as "at: axis",
       hours_down as "value: cell2"
  from @ride_points(top_rides_by_downtime) as points
 order by place;

-- name: . :grid as matrix when type = rides-waittimes
-- limit: default 10; max 20; outside -> clamp
select ride_id as entity_id,
       ride_name as entity_name,
       place as "rank",
       value as "total_value: num1",
       park_name,
       tier,
       at as "at: axis",
       mean_wait as "value: cell0"
  from @ride_points(top_rides_by_wait) as points
 order by place;
