-- One ride over a period, by the hour or by the day. Each number divides sums; nothing is a mean of means.
-- view: ride_details  type: ride_details  route: /api/rides/{ride_id:int}/details
-- param: period = today|yesterday|7days|30days|last_week|last_month|year|live->today|year-over-year->year; default today
-- param: year = int 2000..2100; default null
-- store: on-demand until cycle  fresh: 5m  tags: parks, rides, tiers
-- set: success = true, period = :period, attribution = @attribution

-- name: ride :one required
select ride_id,
       ride_name as name,
       park_id,
       park_name,
       tier,
       category,
       queue_times_url
  from @attractions as rides
 where ride_id = :ride_id;

-- name: summary :one
select sums.hours_down as "total_downtime_hours: num2",
       sums.uptime as "uptime_percentage: num1",
       sums.mean_wait as "avg_wait_time: num2",
       hours.operating as total_operating_hours,
       hours.open as total_hours
  from (select sum(minutes_operating > 0) as operating,
               count(*) as open
          from @ride_hours as each_hour
         where ride_id = :ride_id
           and minutes_operating + minutes_down > 0) as hours
 cross join (select max(hours_down) as hours_down,
                    max(uptime) as uptime,
                    max(mean_wait) as mean_wait
               from @ride_sums as its_sums
              where ride_id = :ride_id
                and uptime is not null) as sums;

-- name: timeseries :many when period in (today, yesterday)
select hour_start as hour_start_utc,
       wait_sum * 1.000000 / nullif(wait_samples, 0) as "avg_wait_time_minutes: num2",
       100.000000 * minutes_operating / nullif(minutes_operating + minutes_down, 0) as "uptime_percentage: num1",
       case when minutes_operating >= greatest(minutes_down, minutes - minutes_operating - minutes_down, 1) then 'OPERATING'
            when minutes_down >= greatest(minutes - minutes_operating - minutes_down, 1) then 'DOWN'
            else 'CLOSED' end as status,
       sample_count as snapshot_count
  from @ride_hours as hours
 where ride_id = :ride_id
 order by hour_start;

-- name: timeseries :many when period not in (today, yesterday)
select stat_date as date,
       wait_sum * 1.000000 / nullif(wait_samples, 0) as "avg_wait_time_minutes: num2",
       100.000000 * minutes_operating / nullif(minutes_operating + minutes_down, 0) as "uptime_percentage: num1",
       case when minutes_operating >= greatest(minutes_down, minutes - minutes_operating - minutes_down, 1) then 'OPERATING'
            when minutes_down >= greatest(minutes - minutes_operating - minutes_down, 1) then 'DOWN'
            else 'CLOSED' end as status,
       sample_count as snapshot_count
  from @ride_days as days
 where ride_id = :ride_id
 order by stat_date;

-- name: hourly_breakdown :many when period in (today, yesterday)
select hour_start as hour_start_utc,
       wait_sum * 1.000000 / nullif(wait_samples, 0) as "avg_wait_time_minutes: num2",
       100.000000 * minutes_operating / nullif(minutes_operating + minutes_down, 0) as "uptime_percentage: num1",
       minutes_down * 1.000000 / 60 as "downtime_hours: num2",
       sample_count * minutes_operating * 1.0000 / nullif(minutes, 0) as "operating_snapshots: num0",
       sample_count * minutes_down * 1.0000 / nullif(minutes, 0) as "down_snapshots: num0",
       sample_count as snapshot_count
  from @ride_hours as hours
 where ride_id = :ride_id
 order by hour_start desc;

-- name: hourly_breakdown :many when period not in (today, yesterday)
select stat_date as date,
       wait_sum * 1.000000 / nullif(wait_samples, 0) as "avg_wait_time_minutes: num2",
       100.000000 * minutes_operating / nullif(minutes_operating + minutes_down, 0) as "uptime_percentage: num1",
       minutes_operating * 1.000000 / 60 as "operating_hours: num0",
       minutes_down * 1.000000 / 60 as "down_hours: num0",
       minutes_down * 1.000000 / 60 as "downtime_hours: num2",
       sample_count as snapshot_count
  from @ride_days as days
 where ride_id = :ride_id
 order by stat_date desc;

-- name: downtime_events :many
select hour_start as start_time,
       hour_start + interval 1 hour as end_time,
       minutes_down * 1.000000 / 60 as "duration_hours: num2"
  from @ride_hours as hours
 where ride_id = :ride_id
   and minutes_down > 0
 order by hour_start desc;
