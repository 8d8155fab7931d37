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

-- name: . :grid as datasets when type = downtime and period in (today, yesterday)
select rides.ride_name as label,
       rides.ride_id,
       coalesce(rides.tier, 2) as tier,
       hours.hour_start as "hour: axis",
       case when hours.minutes_operating + hours.minutes_down > 0 then hours.minutes_down * 1.000000 / 60 end as "value: cell2"
  from @ride_hours as hours
  join @attractions as rides on rides.ride_id = hours.ride_id
  join @ride_sums as sums on sums.ride_id = hours.ride_id and sums.minutes_operating + sums.minutes_down > 0
 where hours.park_id = :park_id
 order by coalesce(rides.tier, 2), rides.ride_name, rides.ride_id;

-- name: . :grid as datasets when type = downtime and period not in (today, yesterday, year)
select rides.ride_name as label,
       rides.ride_id,
       coalesce(rides.tier, 2) as tier,
       days.stat_date as "day: axis",
       case when days.minutes_operating + days.minutes_down > 0 then days.minutes_down * 1.000000 / 60 end as "value: cell2"
  from @ride_days as days
  join @attractions as rides on rides.ride_id = days.ride_id
  join @ride_sums as sums on sums.ride_id = days.ride_id and sums.minutes_operating + sums.minutes_down > 0
 where days.park_id = :park_id
 order by coalesce(rides.tier, 2), rides.ride_name, rides.ride_id;

-- name: . :grid as datasets when type = wait_times and period in (today, yesterday)
select rides.ride_name as label,
       rides.ride_id,
       coalesce(rides.tier, 2) as tier,
       hours.hour_start as "hour: axis",
       hours.wait_sum * 1.000000 / nullif(hours.wait_samples, 0) as "value: cell0"
  from @ride_hours as hours
  join @attractions as rides on rides.ride_id = hours.ride_id
  join @ride_sums as sums on sums.ride_id = hours.ride_id and sums.wait_samples > 0
 where hours.park_id = :park_id
 order by coalesce(rides.tier, 2), rides.ride_name, rides.ride_id;

-- name: . :grid as datasets when type = wait_times and period not in (today, yesterday, year)
select rides.ride_name as label,
       rides.ride_id,
       coalesce(rides.tier, 2) as tier,
       days.stat_date as "day: axis",
       days.wait_sum * 1.000000 / nullif(days.wait_samples, 0) as "value: cell2"
  from @ride_days as days
  join @attractions as rides on rides.ride_id = days.ride_id
  join @ride_sums as sums on sums.ride_id = days.ride_id and sums.wait_samples > 0
 where days.park_id = :park_id
 order by coalesce(rides.tier, 2), rides.ride_name, rides.ride_id;

-- name: . :grid as datasets when type = downtime and period = year
select rides.ride_name as label,
       rides.ride_id,
       coalesce(rides.tier, 2) as tier,
       cast(date_format(days.stat_date, '%Y-%m-01') as date) as "month: axis",
       case when sum(days.minutes_operating + days.minutes_down) > 0 then sum(days.minutes_down) * 1.000000 / 60 end as "value: cell2"
  from @attractions as rides
  join @ride_sums as sums on sums.ride_id = rides.ride_id and sums.minutes_operating + sums.minutes_down > 0
  join ride_daily_stats as days
    on days.ride_id = rides.ride_id
   and days.stat_date >= :first_date
   and days.stat_date < :days_to
 where rides.park_id = :park_id
 group by rides.ride_id, rides.ride_name, rides.tier, cast(date_format(days.stat_date, '%Y-%m-01') as date)
 order by coalesce(rides.tier, 2), rides.ride_name, rides.ride_id;

-- name: . :grid as datasets when type = wait_times and period = year
select rides.ride_name as label,
       rides.ride_id,
       coalesce(rides.tier, 2) as tier,
       cast(date_format(days.stat_date, '%Y-%m-01') as date) as "month: axis",
       sum(days.wait_sum) * 1.000000 / nullif(sum(days.wait_samples), 0) as "value: cell2"
  from @attractions as rides
  join @ride_sums as sums on sums.ride_id = rides.ride_id and sums.wait_samples > 0
  join ride_daily_stats as days
    on days.ride_id = rides.ride_id
   and days.stat_date >= :first_date
   and days.stat_date < :days_to
 where rides.park_id = :park_id
 group by rides.ride_id, rides.ride_name, rides.tier, cast(date_format(days.stat_date, '%Y-%m-01') as date)
 order by coalesce(rides.tier, 2), rides.ride_name, rides.ride_id;
