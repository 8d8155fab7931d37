-- The highest scores of parks, or the longest downtime of rides: the order of the downtime rankings.
-- view: least_reliable  type: awards  route: /api/trends/least-reliable
-- param: period = today|yesterday|7days|30days|last_week|last_month|year|year-over-year->year; default today
-- param: year = int 2000..2100; default null
-- param: entity = parks|rides; default rides
-- param: filter = disney-universal|all-parks; default all-parks
-- store: shelf  key: awards_least-reliable-{entity}_{period}_{filter}  due: 10m; over 1h  fresh: 15m; over 3h  tags: parks, rides, tiers
-- set: success = true, period = :period, filter = :filter, entity = :entity, count = :count, cached = true
-- set: timestamp = :data_through, attribution = @attribution_line

-- name: data :many when entity = parks
-- sort: avg_shame_score by score desc, park_name, park_id
-- limit: default 10; max 20
-- rank: rank
select parks.park_id,
       parks.park_name,
       parks.location,
       sums.score as "avg_shame_score: num1",
       sums.score as "score: hidden",
       sums.uptime as "uptime_percentage: num1"
  from @parks as parks
  join @park_sums as sums on sums.park_id = parks.park_id
 where sums.score > 0;

-- name: data :many when entity = rides
-- sort: downtime_hours by minutes_down desc, ride_name, ride_id
-- limit: default 10; max 20
-- rank: rank
select rides.ride_id,
       rides.ride_name,
       rides.park_id,
       rides.park_name,
       sums.hours_down as "downtime_hours: num2",
       sums.minutes_down as "minutes_down: hidden",
       sums.outages as downtime_incidents,
       sums.uptime as "uptime_percentage: num1"
  from @rides as rides
  join @ride_sums as sums on sums.ride_id = rides.ride_id
 where sums.minutes_down > 0;
