-- The rides of one park over the points of a period: hours down, or minutes of waiting. Rides that did nothing are left out.
-- view: ride_charts  type: chart_data  route: /api/parks/{park_id:int}/rides/charts
-- param: period = today|yesterday|7days|30days|last_week|last_month|year|year-over-year->year; default yesterday
-- param: year = int 2000..2100; default null
-- param: type = downtime|wait_times; default downtime
-- store: on-demand until cycle  fresh: 5m  tags: parks, rides, tiers
-- set: success = true, park_id = :park_id, period = :period, chart_type = :type, attribution = @attribution
-- set: granularity = "hourly" when period in (today, yesterday)
-- set: granularity = "daily" when period not in (today, yesterday, year)
-- set: granularity = "monthly" when period = year

-- name: . :grid as datasets when type = downtime
select ride_name as label,
       ride_id,
       coalesce(tier, 2) as tier,
       at as "at: axis",
       hours_down as "value: cell2"
  from @ride_points(rides_of_park) as points
 order by place;

-- name: . :grid as datasets when type = wait_times and period in (today, yesterday)
select ride_name as label,
       ride_id,
       coalesce(tier, 2) as tier,
       at as "at: axis",
       mean_wait as "value: cell0"
  from @ride_points(rides_of_park) as points
 where points.value > 0
 order by place;

-- name: . :grid as datasets when type = wait_times and period not in (today, yesterday)
select ride_name as label,
       ride_id,
       coalesce(tier, 2) as tier,
       at as "at: axis",
       mean_wait as "value: cell2"
  from @ride_points(rides_of_park) as points
 where points.value > 0
 order by place;
