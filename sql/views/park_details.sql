-- One park: what it is, and what its score of the period is made of. Every number is of the sums the rankings read, so a
-- popup explains the table it opened from; rides are counted as they were then, so theirs add up to the park's.
-- view: park_details  type: park_details  route: /api/parks/{park_id:int}/details
-- param: period = live|today|yesterday|7days|30days|last_week|last_month|year|year-over-year->year; default live; invalid -> default
-- param: year = int 2000..2100; default null; invalid -> default
-- store: on-demand until cycle  fresh: 5m  tags: parks, rides, tiers, schedules
-- set: success = true, period = :period, attribution = @attribution

-- name: park :one required
select park_id,
       park_name as name,
       location,
       operator,
       timezone,
       queue_times_url
  from @places as places
 where park_id = :park_id;

-- name: tier_distribution :one
select places.park_id,
       places.park_name,
       count(case when rides.tier = 1 then 1 end) as tier_1_count,
       count(case when rides.tier = 2 then 1 end) as tier_2_count,
       count(case when rides.tier = 3 then 1 end) as tier_3_count,
       count(case when rides.tier is null then rides.ride_id end) as unclassified_count,
       count(rides.ride_id) as total_rides
  from @places as places
  left join rides on rides.park_id = places.park_id and rides.is_active
 where places.park_id = :park_id
 group by places.park_id, places.park_name;

-- name: current_status :one when period = live
select places.park_id,
       coalesce(live.is_open, false) as "is_open: bool",
       coalesce(live.rides_listed, 0) as total_rides,
       coalesce(live.rides_operating, 0) as rides_open,
       coalesce(live.rides_operating, 0) as operating,
       coalesce(live.rides_listed - live.rides_operating, 0) as rides_closed,
       coalesce(100.000000 * live.rides_operating / nullif(live.rides_operating + live.rides_down, 0), 0)
         as "uptime_percentage: num1",
       live.wait_sum * 1.000000 / nullif(live.wait_samples, 0) as "avg_wait_time: num1",
       live.wait_max as max_wait_time,
       live.slot as last_updated
  from @places as places
  left join @live_parks as live on live.park_id = places.park_id
 where places.park_id = :park_id;

-- name: shame_breakdown :one when period = live
select :period as breakdown_type,
       true as "is_live: bool",
       coalesce(live.is_open, false) as "park_is_open: bool",
       coalesce(live.score, 0) as "shame_score: num1",
       coalesce(live.weight_down, 0) * 1.0 as "total_weighted_down: num1",
       coalesce(live.weight_in_service, 0) * 1.0 as "total_park_weight: num1",
       (select coalesce(sum(rides.weight), 0)
          from @idle_rides as rides
         where rides.park_id = :park_id) * 1.0 as "total_excluded_weight: num1",
       live.slot as last_updated
  from @places as places
  left join @live_parks as live on live.park_id = places.park_id
 where places.park_id = :park_id;

-- name: shame_breakdown.rides_down :many when period = live
select rides.ride_id,
       rides.ride_name,
       coalesce(rides.tier, 2) as tier,
       live.weight as tier_weight,
       live.status,
       live.weight * 1.0 as "weighted_contribution: num1",
       coalesce(sums.hours_down, 0) as "downtime_hours: num2"
  from @live_rides as live
  join @attractions as rides on rides.ride_id = live.ride_id
  left join @ride_sums as sums on sums.ride_id = live.ride_id
 where live.park_id = :park_id
   and live.status = 'DOWN'
 order by live.weight desc, sums.minutes_down desc, rides.ride_name, rides.ride_id;

-- name: shame_breakdown.rides_excluded :many when period = live
select ride_id,
       ride_name,
       tier,
       weight as tier_weight,
       case when last_operated_at is null then 'never seen running'
            else concat('idle for ', timestampdiff(day, last_operated_at, :now), ' days') end as exclusion_reason
  from @idle_rides as rides
 where park_id = :park_id
 order by weight desc, ride_name, ride_id;

-- name: shame_breakdown :one when period not in (live)
select :period as breakdown_type,
       coalesce(sums.score, 0) as "shame_score: num1",
       coalesce(sums.hours_down, 0) as "total_downtime_hours: num2",
       coalesce(sums.weighted_hours_down, 0) as "weighted_downtime_hours: num2",
       coalesce(sums.uptime, 100) as "avg_uptime_percentage: num1",
       coalesce(rides.weight_in_service, 0) * 1.0 as "total_park_weight: num1",
       coalesce(rides.broke_down, 0) as rides_affected_count,
       coalesce(rides.broke_down, 0) as rides_with_downtime,
       :period_label as period_label
  from @places as places
  left join @park_sums as sums on sums.park_id = places.park_id
  left join @park_rides as rides on rides.park_id = places.park_id
 where places.park_id = :park_id;

-- name: shame_breakdown :one when period in (today, yesterday)
select count(*) as hours_tracked
  from @park_hours as hours
 where park_id = :park_id
   and sample_count > 0;

-- name: shame_breakdown :one when period not in (live, today, yesterday)
select count(*) as days_tracked,
       datediff(:last_date, :first_date) + 1 as days_in_period,
       coalesce(sum(ride_minutes_down), 0) * 1.000000 / 60 / coalesce(nullif(count(*), 0), 1) as "avg_daily_downtime: num2"
  from @park_days as days
 where park_id = :park_id
   and sample_count > 0;

-- name: shame_breakdown.rides :many when period not in (live)
select rides.ride_id,
       rides.ride_name,
       coalesce(rides.tier, 2) as tier,
       rides.weight as tier_weight,
       sums.hours_down as "downtime_hours: num2",
       sums.weighted_hours_down as "weighted_contribution: num2",
       days.days_with_downtime,
       'DOWN' as status
  from @ride_sums as sums
  join @attractions as rides on rides.ride_id = sums.ride_id
  left join (select ride_id, count(*) as days_with_downtime
               from @ride_days as each_day
              where park_id = :park_id
                and minutes_down > 0
              group by ride_id) as days on days.ride_id = sums.ride_id
 where rides.park_id = :park_id
   and sums.minutes_down > 0
 order by sums.weighted_minutes_down desc, sums.minutes_down desc, rides.ride_name, rides.ride_id;

-- name: chart_data :columns when period = live
select slot as "labels: minute_label",
       score as "data: num1"
  from park_snapshots
 where park_id = :park_id
   and slot > :now - interval 60 minute
   and slot <= :now
 order by slot;

-- name: chart_data :one when period = live
select 'minutes' as granularity,
       coalesce(max(live.score), 0) as "current: num1"
  from @live_parks as live
 where live.park_id = :park_id;

-- name: chart_data :columns when period in (today, yesterday)
select hours.hour_start as "labels: hour_label",
       hours.score_minutes / hours.open_minutes as "data: num1",
       coalesce(rides.broke_down, 0) as rides_down,
       hours.wait_sum * 1.000000 / nullif(hours.wait_samples, 0) as "avg_wait: num1"
  from @park_hours as hours
  left join (select hour_start, count(*) as broke_down
               from @ride_hours as each_hour
              where park_id = :park_id
                and minutes_down > 0
              group by hour_start) as rides on rides.hour_start = hours.hour_start
 where hours.park_id = :park_id
   and hours.open_minutes > 0
 order by hours.hour_start;

-- name: chart_data :columns when period not in (live, today, yesterday)
select days.stat_date as "labels: day_label",
       days.score_minutes / days.open_minutes as "data: num1",
       days.ride_minutes_down * 1.000000 / 60 as "downtime_hours: num2",
       coalesce(rides.broke_down, 0) as rides_down,
       days.wait_sum * 1.000000 / nullif(days.wait_samples, 0) as "avg_wait: num1"
  from @park_days as days
  left join (select stat_date, count(*) as broke_down
               from @ride_days as each_day
              where park_id = :park_id
                and minutes_down > 0
              group by stat_date) as rides on rides.stat_date = days.stat_date
 where days.park_id = :park_id
   and days.open_minutes > 0
 order by days.stat_date;

-- name: chart_data :one when period not in (live)
select case when :period in ('today', 'yesterday') then 'hourly' else 'daily' end as granularity,
       coalesce(sums.score, 0) as "average: num1",
       coalesce(sums.score, 0) as "shame_score: num1"
  from @places as places
  left join @park_sums as sums on sums.park_id = places.park_id
 where places.park_id = :park_id;

-- name: excluded_rides_count :value
select count(*)
  from @idle_rides as rides
 where park_id = :park_id;

-- name: effective_park_weight :value
select coalesce(sum(weight), 0)
  from @attractions as rides
 where park_id = :park_id
   and is_ranked
   and last_operated_at >= :now - interval 7 day;

-- name: operating_sessions :many
select park_id,
       stat_date as date,
       first_operated_at as first_open_at,
       last_operated_at as last_open_at,
       open_minutes * 1.000000 / 60 as "operating_hours: num2",
       sample_count as snapshot_count
  from @park_days as days
 where park_id = :park_id
   and open_minutes > 0
 order by stat_date desc;
