-- Parks by the share of their weight that was down while they were open. `rides_closed` are rides judged closed, live by
-- the newest cycle and else all through the period; rides of which nothing is known are in no count but `total_rides`.
-- view: park_downtime  type: park_rankings  route: /api/parks/downtime
-- param: period = live|today|yesterday|7days|30days|last_week|last_month|year|year-over-year->year; default live
-- param: year = int 2000..2100; default null
-- param: filter = disney-universal|all-parks; default all-parks
-- param: weighted = bool; default false
-- store: shelf  key: park_downtime_{period}_{filter}  due: 5m; over 1h  fresh: 15m; over 3h  tags: parks, rides, tiers
-- set: success = true, period = :period, filter = :filter, weighted = :weighted, sort_by = :sort_by
-- set: attribution = @attribution

-- name: aggregate_stats :one
select count(*) as total_parks_tracked,
       count(*) as total_parks,
       :period as period,
       :filter = 'disney-universal' as "filter_disney_universal: bool",
       coalesce(sum(case when :period = 'live' then live.rides_operating else rides.operated end), 0) as rides_operating,
       coalesce(sum(case when :period = 'live' then live.rides_down else rides.broke_down end), 0) as rides_down,
       coalesce(sum(case when :period = 'live' then live.rides_closed else rides.stayed_closed end), 0) as rides_closed,
       coalesce(sum(case when :period = 'live' then live.rides_refurbishment else rides.refurbished end), 0)
         as rides_refurbishment,
       coalesce(sum(sums.ride_minutes_down), 0) * 1.000000 / 60 as "total_downtime_hours: num2",
       coalesce(100.000000 * sum(sums.ride_minutes_operating)
                / nullif(sum(sums.ride_minutes_operating) + sum(sums.ride_minutes_down), 0), 100)
         as "avg_uptime_percentage: num1"
  from @parks as parks
  left join @park_sums as sums on sums.park_id = parks.park_id
  left join @park_rides as rides on rides.park_id = parks.park_id
  left join @live_parks as live on live.park_id = parks.park_id
 where case when :period = 'live' then live.park_id is not null else sums.sample_count > 0 end;

-- name: data :many
-- sort: shame_score by score desc, park_name, park_id
-- sort: total_downtime_hours by minutes_down desc, park_name, park_id
-- sort: uptime_percentage by uptime, park_name, park_id
-- sort: rides_down by rides_down desc, park_name, park_id
-- limit: default 50; max 100
-- rank: rank
select ranked.park_id,
       ranked.park_name,
       ranked.location,
       ranked.score as "shame_score: num1",
       ranked.score as "score: hidden",
       ranked.hours_down as "total_downtime_hours: num2",
       ranked.ride_minutes_down as "minutes_down: hidden",
       ranked.weighted_hours_down as "weighted_downtime_hours: num2",
       ranked.uptime as "uptime_percentage: num1",
       ranked.uptime as "uptime: hidden",
       ranked.rides_down,
       ranked.rides_operating,
       ranked.total_rides,
       ranked.effective_park_weight as "effective_park_weight: num1",
       ranked.sample_count as snapshot_count,
       ranked.park_is_open as "park_is_open: bool",
       100.000000 * (ranked.ride_minutes_down - ranked.minutes_down_before) / nullif(ranked.minutes_down_before, 0)
         as "trend_percentage: num1",
       ranked.queue_times_id,
       ranked.queue_times_url,
       :period_label as period_label
  from (select parks.*,
               coalesce(sums.sample_count, 0) as sample_count,
               coalesce(sums.ride_minutes_down, 0) as ride_minutes_down,
               coalesce(sums.hours_down, 0) as hours_down,
               coalesce(sums.weighted_hours_down, 0) as weighted_hours_down,
               sums.uptime,
               earlier.ride_minutes_down as minutes_down_before,
               coalesce(live.is_open, false) as park_is_open,
               case when :period = 'live' then live.score
                    else sums.score end as score,
               case when :period = 'live' then live.rides_down else coalesce(rides.broke_down, 0) end as rides_down,
               case when :period = 'live' then live.rides_operating else coalesce(rides.operated, 0) end
                 as rides_operating,
               case when :period = 'live' then live.rides_listed else coalesce(rides.listed, 0) end as total_rides,
               case when :period = 'live' then live.weight_in_service else coalesce(rides.weight_in_service, 0) end
                 * 1.0 as effective_park_weight
          from @parks as parks
          left join @park_sums as sums on sums.park_id = parks.park_id
          left join @park_rides as rides on rides.park_id = parks.park_id
          left join @prev_park_sums as earlier on earlier.park_id = parks.park_id
          left join @live_parks as live on live.park_id = parks.park_id) as ranked
 where ranked.score > 0;
