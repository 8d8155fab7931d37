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

-- name: . :grid as matrix when type = parks-shame and period in (today, yesterday)
-- limit: default 10; max 20; outside -> clamp
select top.park_id as entity_id,
       top.park_name as entity_name,
       top.place as "rank",
       top.value as "total_value: num1",
       coalesce(top.location, top.park_name) as location,
       hours.hour_start as "hour: axis",
       hours.score_minutes / nullif(hours.open_minutes, 0) as "value: cell1"
  from @top_parks_by_score as top
  left join @park_hours as hours on hours.park_id = top.park_id
 order by top.place;

-- name: . :grid as matrix when type = parks-shame and period not in (today, yesterday, year)
-- limit: default 10; max 20; outside -> clamp
select top.park_id as entity_id,
       top.park_name as entity_name,
       top.place as "rank",
       top.value as "total_value: num1",
       coalesce(top.location, top.park_name) as location,
       days.stat_date as "day: axis",
       days.score_minutes / nullif(days.open_minutes, 0) as "value: cell1"
  from @top_parks_by_score as top
  left join @park_days as days on days.park_id = top.park_id
 order by top.place;

-- name: . :grid as matrix when type = parks and period in (today, yesterday)
-- limit: default 10; max 20; outside -> clamp
select top.park_id as entity_id,
       top.park_name as entity_name,
       top.place as "rank",
       top.value as "total_value: num1",
       coalesce(top.location, top.park_name) as location,
       hours.hour_start as "hour: axis",
       hours.wait_sum * 1.000000 / nullif(hours.wait_samples, 0) as "value: cell0"
  from @top_parks_by_wait as top
  left join @park_hours as hours on hours.park_id = top.park_id
 order by top.place;

-- name: . :grid as matrix when type = parks and period not in (today, yesterday, year)
-- limit: default 10; max 20; outside -> clamp
select top.park_id as entity_id,
       top.park_name as entity_name,
       top.place as "rank",
       top.value as "total_value: num1",
       coalesce(top.location, top.park_name) as location,
       days.stat_date as "day: axis",
       days.wait_sum * 1.000000 / nullif(days.wait_samples, 0) as "value: cell0"
  from @top_parks_by_wait as top
  left join @park_days as days on days.park_id = top.park_id
 order by top.place;

-- name: . :grid as matrix when type = rides-downtime and period in (today, yesterday)
-- limit: default 10; max 20; outside -> clamp
select top.ride_id as entity_id,
       top.ride_name as entity_name,
       top.place as "rank",
       top.value as "total_value: num2",
       top.park_name,
       top.tier,
       coalesce(hours.hour_start, tail.hour_start) as "hour: axis",
       case when coalesce(hours.minutes_operating + hours.minutes_down, tail.minutes_operating + tail.minutes_down) > 0
            then coalesce(hours.minutes_down, tail.minutes_down) * 1.000000 / 60 end as "value: cell2"
  from @top_rides_by_downtime as top
  cross join (select 'filled' as source union all select 'tail') as sources
  left join ride_hourly_stats as hours
    on sources.source = 'filled'
   and hours.ride_id = top.ride_id
   and hours.hour_start >= :start
   and hours.hour_start < :chart_hours_to
  left join @ride_tail_hours as tail
    on sources.source = 'tail'
   and tail.ride_id = top.ride_id
 order by top.place;

-- name: . :grid as matrix when type = rides-downtime and period not in (today, yesterday, year)
-- limit: default 10; max 20; outside -> clamp
select top.ride_id as entity_id,
       top.ride_name as entity_name,
       top.place as "rank",
       top.value as "total_value: num2",
       top.park_name,
       top.tier,
       coalesce(days.stat_date, rest.stat_date) as "day: axis",
       case when coalesce(days.minutes_operating + days.minutes_down, rest.minutes_operating + rest.minutes_down) > 0
            then coalesce(days.minutes_down, rest.minutes_down) * 1.000000 / 60 end as "value: cell2"
  from @top_rides_by_downtime as top
  cross join (select 'filled' as source union all select 'rest') as sources
  left join ride_daily_stats as days
    on sources.source = 'filled'
   and days.ride_id = top.ride_id
   and days.stat_date >= :first_date
   and days.stat_date < :days_to
  left join @ride_rest_days as rest
    on sources.source = 'rest'
   and rest.ride_id = top.ride_id
 order by top.place;

-- name: . :grid as matrix when type = rides-waittimes and period in (today, yesterday)
-- limit: default 10; max 20; outside -> clamp
select top.ride_id as entity_id,
       top.ride_name as entity_name,
       top.place as "rank",
       top.value as "total_value: num1",
       top.park_name,
       top.tier,
       coalesce(hours.hour_start, tail.hour_start) as "hour: axis",
       coalesce(hours.wait_sum, tail.wait_sum) * 1.000000 / nullif(coalesce(hours.wait_samples, tail.wait_samples), 0) as "value: cell0"
  from @top_rides_by_wait as top
  cross join (select 'filled' as source union all select 'tail') as sources
  left join ride_hourly_stats as hours
    on sources.source = 'filled'
   and hours.ride_id = top.ride_id
   and hours.hour_start >= :start
   and hours.hour_start < :chart_hours_to
  left join @ride_tail_hours as tail
    on sources.source = 'tail'
   and tail.ride_id = top.ride_id
 order by top.place;

-- name: . :grid as matrix when type = rides-waittimes and period not in (today, yesterday, year)
-- limit: default 10; max 20; outside -> clamp
select top.ride_id as entity_id,
       top.ride_name as entity_name,
       top.place as "rank",
       top.value as "total_value: num1",
       top.park_name,
       top.tier,
       coalesce(days.stat_date, rest.stat_date) as "day: axis",
       coalesce(days.wait_sum, rest.wait_sum) * 1.000000 / nullif(coalesce(days.wait_samples, rest.wait_samples), 0) as "value: cell0"
  from @top_rides_by_wait as top
  cross join (select 'filled' as source union all select 'rest') as sources
  left join ride_daily_stats as days
    on sources.source = 'filled'
   and days.ride_id = top.ride_id
   and days.stat_date >= :first_date
   and days.stat_date < :days_to
  left join @ride_rest_days as rest
    on sources.source = 'rest'
   and rest.ride_id = top.ride_id
 order by top.place;

-- name: . :grid as matrix when type = parks-shame and period = year
-- limit: default 10; max 20; outside -> clamp
select top.park_id as entity_id,
       top.park_name as entity_name,
       top.place as "rank",
       top.value as "total_value: num1",
       coalesce(top.location, top.park_name) as location,
       cast(date_format(days.stat_date, '%Y-%m-01') as date) as "month: axis",
       sum(days.score_minutes) / nullif(sum(days.open_minutes), 0) as "value: cell1"
  from @top_parks_by_score as top
  left join park_daily_stats as days
    on days.park_id = top.park_id
   and days.stat_date >= :first_date
   and days.stat_date < :days_to
 group by top.place, top.value, top.park_id, top.park_name, top.location, cast(date_format(days.stat_date, '%Y-%m-01') as date)
 order by top.place;

-- name: . :grid as matrix when type = parks and period = year
-- limit: default 10; max 20; outside -> clamp
select top.park_id as entity_id,
       top.park_name as entity_name,
       top.place as "rank",
       top.value as "total_value: num1",
       coalesce(top.location, top.park_name) as location,
       cast(date_format(days.stat_date, '%Y-%m-01') as date) as "month: axis",
       sum(days.wait_sum) * 1.000000 / nullif(sum(days.wait_samples), 0) as "value: cell0"
  from @top_parks_by_wait as top
  left join park_daily_stats as days
    on days.park_id = top.park_id
   and days.stat_date >= :first_date
   and days.stat_date < :days_to
 group by top.place, top.value, top.park_id, top.park_name, top.location, cast(date_format(days.stat_date, '%Y-%m-01') as date)
 order by top.place;

-- name: . :grid as matrix when type = rides-downtime and period = year
-- limit: default 10; max 20; outside -> clamp
select top.ride_id as entity_id,
       top.ride_name as entity_name,
       top.place as "rank",
       top.value as "total_value: num2",
       top.park_name,
       top.tier,
       cast(date_format(days.stat_date, '%Y-%m-01') as date) as "month: axis",
       case when sum(days.minutes_operating + days.minutes_down) > 0 then sum(days.minutes_down) * 1.000000 / 60 end as "value: cell2"
  from @top_rides_by_downtime as top
  left join ride_daily_stats as days
    on days.ride_id = top.ride_id
   and days.stat_date >= :first_date
   and days.stat_date < :days_to
 group by top.place, top.value, top.ride_id, top.ride_name, top.park_name, top.tier, cast(date_format(days.stat_date, '%Y-%m-01') as date)
 order by top.place;

-- name: . :grid as matrix when type = rides-waittimes and period = year
-- limit: default 10; max 20; outside -> clamp
select top.ride_id as entity_id,
       top.ride_name as entity_name,
       top.place as "rank",
       top.value as "total_value: num1",
       top.park_name,
       top.tier,
       cast(date_format(days.stat_date, '%Y-%m-01') as date) as "month: axis",
       sum(days.wait_sum) * 1.000000 / nullif(sum(days.wait_samples), 0) as "value: cell0"
  from @top_rides_by_wait as top
  left join ride_daily_stats as days
    on days.ride_id = top.ride_id
   and days.stat_date >= :first_date
   and days.stat_date < :days_to
 group by top.place, top.value, top.ride_id, top.ride_name, top.park_name, top.tier, cast(date_format(days.stat_date, '%Y-%m-01') as date)
 order by top.place;
