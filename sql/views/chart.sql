-- Scores, waits and downtime over the points of a period: the first of each ranking, in its order. A live chart shows the
-- last hour, cycle by cycle.
-- view: chart  type: chart_data  route: /api/trends/chart-data
-- param: period = live|today|yesterday|7days|30days|last_week|last_month|year|year-over-year->year; default last_week
-- param: year = int 2000..2100; default null
-- param: type = park_shame|waittimes|ride_downtime|ridewaittimes|parks->park_shame|rides->ride_downtime; default parks
-- param: filter = disney-universal|all-parks; default disney-universal
-- store: shelf  key: chart_{type}_{period}_{filter}  due: 10m  fresh: 15m  tags: parks, rides, tiers
-- set: success = true, period = :period, type = :type, filter = :filter, mock = false, timestamp = :data_through
-- set: granularity = "minutes" when period = live
-- set: granularity = "hourly" when period in (today, yesterday)
-- set: granularity = "daily" when period not in (live, today, yesterday, year)
-- set: granularity = "monthly" when period = year
-- set: attribution = @attribution_line

-- name: chart_data :grid as datasets when type = park_shame and period = live
-- limit: default 10; max 20; outside -> clamp
select top.park_name as label,
       top.park_id as entity_id,
       top.park_name,
       top.park_name as park,
       top.location,
       cycles.slot as "slot: axis",
       cycles.score as "value: cell1"
  from @top_parks_by_score as top
  left join park_snapshots as cycles
    on cycles.park_id = top.park_id
   and cycles.slot >= :chart_start
   and cycles.slot < :chart_end
 order by top.place;

-- name: chart_data :grid as datasets when type = park_shame and period in (today, yesterday)
-- limit: default 10; max 20; outside -> clamp
select top.park_name as label,
       top.park_id as entity_id,
       top.park_name,
       top.park_name as park,
       top.location,
       hours.hour_start as "hour: axis",
       hours.score_minutes / nullif(hours.open_minutes, 0) as "value: cell1"
  from @top_parks_by_score as top
  left join @park_hours as hours on hours.park_id = top.park_id
 order by top.place;

-- name: chart_data :grid as datasets when type = park_shame and period not in (live, today, yesterday, year)
-- limit: default 10; max 20; outside -> clamp
select top.park_name as label,
       top.park_id as entity_id,
       top.park_name,
       top.park_name as park,
       top.location,
       days.stat_date as "day: axis",
       days.score_minutes / nullif(days.open_minutes, 0) as "value: cell1"
  from @top_parks_by_score as top
  left join @park_days as days on days.park_id = top.park_id
 order by top.place;

-- name: chart_data :grid as datasets when type = waittimes and period = live
-- limit: default 10; max 20; outside -> clamp
select top.park_name as label,
       top.park_id as entity_id,
       top.park_name,
       top.park_name as park,
       top.location,
       cycles.slot as "slot: axis",
       cycles.wait_sum * 1.000000 / nullif(cycles.wait_samples, 0) as "value: cell0"
  from @top_parks_by_wait as top
  left join park_snapshots as cycles
    on cycles.park_id = top.park_id
   and cycles.slot >= :chart_start
   and cycles.slot < :chart_end
 order by top.place;

-- name: chart_data :grid as datasets when type = waittimes and period in (today, yesterday)
-- limit: default 10; max 20; outside -> clamp
select top.park_name as label,
       top.park_id as entity_id,
       top.park_name,
       top.park_name as park,
       top.location,
       hours.hour_start as "hour: axis",
       hours.wait_sum * 1.000000 / nullif(hours.wait_samples, 0) as "value: cell0"
  from @top_parks_by_wait as top
  left join @park_hours as hours on hours.park_id = top.park_id
 order by top.place;

-- name: chart_data :grid as datasets when type = waittimes and period not in (live, today, yesterday, year)
-- limit: default 10; max 20; outside -> clamp
select top.park_name as label,
       top.park_id as entity_id,
       top.park_name,
       top.park_name as park,
       top.location,
       days.stat_date as "day: axis",
       days.wait_sum * 1.000000 / nullif(days.wait_samples, 0) as "value: cell0"
  from @top_parks_by_wait as top
  left join @park_days as days on days.park_id = top.park_id
 order by top.place;

-- name: chart_data :grid as datasets when type = ride_downtime and period = live
-- limit: default 10; max 20; outside -> clamp
select top.ride_name as label,
       top.ride_id as entity_id,
       top.park_name as park,
       top.park_name,
       top.tier,
       cycles.hour_start + interval cycles.minute minute as "slot: axis",
       case cycles.state when 'down' then cycles.interval_minutes * 1.000000 / 60 when 'operating' then 0 end as "value: cell2"
  from @top_rides_by_downtime as top
  left join ride_snapshots as cycles
    on cycles.ride_id = top.ride_id
   and cycles.hour_start >= :chart_start - interval 1 hour
   and cycles.hour_start < :chart_end
   and cycles.hour_start + interval cycles.minute minute >= :chart_start
 order by top.place;

-- name: chart_data :grid as datasets when type = ride_downtime and period in (today, yesterday)
-- limit: default 10; max 20; outside -> clamp
select top.ride_name as label,
       top.ride_id as entity_id,
       top.park_name as park,
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

-- name: chart_data :grid as datasets when type = ride_downtime and period not in (live, today, yesterday, year)
-- limit: default 10; max 20; outside -> clamp
select top.ride_name as label,
       top.ride_id as entity_id,
       top.park_name as park,
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

-- name: chart_data :grid as datasets when type = ridewaittimes and period = live
-- limit: default 10; max 20; outside -> clamp
select top.ride_name as label,
       top.ride_id as entity_id,
       top.park_name as park,
       top.park_name,
       top.tier,
       cycles.hour_start + interval cycles.minute minute as "slot: axis",
       case when cycles.state = 'operating' and cycles.wait_minutes > 0 then cycles.wait_minutes end as "value: cell0"
  from @top_rides_by_wait as top
  left join ride_snapshots as cycles
    on cycles.ride_id = top.ride_id
   and cycles.hour_start >= :chart_start - interval 1 hour
   and cycles.hour_start < :chart_end
   and cycles.hour_start + interval cycles.minute minute >= :chart_start
 order by top.place;

-- name: chart_data :grid as datasets when type = ridewaittimes and period in (today, yesterday)
-- limit: default 10; max 20; outside -> clamp
select top.ride_name as label,
       top.ride_id as entity_id,
       top.park_name as park,
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

-- name: chart_data :grid as datasets when type = ridewaittimes and period not in (live, today, yesterday, year)
-- limit: default 10; max 20; outside -> clamp
select top.ride_name as label,
       top.ride_id as entity_id,
       top.park_name as park,
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

-- name: chart_data :grid as datasets when type = park_shame and period = year
-- limit: default 10; max 20; outside -> clamp
select top.park_name as label,
       top.park_id as entity_id,
       top.park_name,
       top.park_name as park,
       top.location,
       cast(date_format(days.stat_date, '%Y-%m-01') as date) as "month: axis",
       sum(days.score_minutes) / nullif(sum(days.open_minutes), 0) as "value: cell1"
  from @top_parks_by_score as top
  left join park_daily_stats as days
    on days.park_id = top.park_id
   and days.stat_date >= :first_date
   and days.stat_date < :days_to
 group by top.place, top.park_id, top.park_name, top.location, cast(date_format(days.stat_date, '%Y-%m-01') as date)
 order by top.place;

-- name: chart_data :grid as datasets when type = waittimes and period = year
-- limit: default 10; max 20; outside -> clamp
select top.park_name as label,
       top.park_id as entity_id,
       top.park_name,
       top.park_name as park,
       top.location,
       cast(date_format(days.stat_date, '%Y-%m-01') as date) as "month: axis",
       sum(days.wait_sum) * 1.000000 / nullif(sum(days.wait_samples), 0) as "value: cell0"
  from @top_parks_by_wait as top
  left join park_daily_stats as days
    on days.park_id = top.park_id
   and days.stat_date >= :first_date
   and days.stat_date < :days_to
 group by top.place, top.park_id, top.park_name, top.location, cast(date_format(days.stat_date, '%Y-%m-01') as date)
 order by top.place;

-- name: chart_data :grid as datasets when type = ride_downtime and period = year
-- limit: default 10; max 20; outside -> clamp
select top.ride_name as label,
       top.ride_id as entity_id,
       top.park_name as park,
       top.park_name,
       top.tier,
       cast(date_format(days.stat_date, '%Y-%m-01') as date) as "month: axis",
       case when sum(days.minutes_operating + days.minutes_down) > 0 then sum(days.minutes_down) * 1.000000 / 60 end as "value: cell2"
  from @top_rides_by_downtime as top
  left join ride_daily_stats as days
    on days.ride_id = top.ride_id
   and days.stat_date >= :first_date
   and days.stat_date < :days_to
 group by top.place, top.ride_id, top.ride_name, top.park_name, top.tier, cast(date_format(days.stat_date, '%Y-%m-01') as date)
 order by top.place;

-- name: chart_data :grid as datasets when type = ridewaittimes and period = year
-- limit: default 10; max 20; outside -> clamp
select top.ride_name as label,
       top.ride_id as entity_id,
       top.park_name as park,
       top.park_name,
       top.tier,
       cast(date_format(days.stat_date, '%Y-%m-01') as date) as "month: axis",
       sum(days.wait_sum) * 1.000000 / nullif(sum(days.wait_samples), 0) as "value: cell0"
  from @top_rides_by_wait as top
  left join ride_daily_stats as days
    on days.ride_id = top.ride_id
   and days.stat_date >= :first_date
   and days.stat_date < :days_to
 group by top.place, top.ride_id, top.ride_name, top.park_name, top.tier, cast(date_format(days.stat_date, '%Y-%m-01') as date)
 order by top.place;
