-- The longest mean waits, of parks or of rides: the order of the wait rankings.
-- view: longest_waits  type: awards  route: /api/trends/longest-wait-times
-- param: period = today|yesterday|7days|30days|last_week|last_month|year|year-over-year->year; default today
-- param: year = int 2000..2100; default null
-- param: entity = parks|rides; default rides
-- param: filter = disney-universal|all-parks; default all-parks
-- store: shelf  key: awards_longest-waits-{entity}_{period}_{filter}  due: 10m; over 1h  fresh: 15m; over 3h  tags: parks, rides
-- set: success = true, period = :period, filter = :filter, entity = :entity, count = :count, cached = true
-- set: timestamp = :data_through, attribution = @attribution_line

-- name: data :many when entity = parks
-- sort: avg_wait_time by mean desc, park_name, park_id
-- limit: default 10; max 20
-- rank: rank
select parks.park_id,
       parks.park_name,
       parks.location,
       sums.mean_wait as "avg_wait_time: num0",
       sums.mean_wait as "mean: hidden",
       sums.wait_max as peak_wait_time,
       coalesce(rides.reporting, 0) as rides_with_waits
  from @parks as parks
  join @park_sums as sums on sums.park_id = parks.park_id
  left join @park_rides as rides on rides.park_id = parks.park_id
 where sums.wait_samples > 0;

-- name: data :many when entity = rides
-- sort: avg_wait_time by mean desc, ride_name, ride_id
-- limit: default 10; max 20
-- rank: rank
select rides.ride_id,
       rides.ride_name,
       rides.park_id,
       rides.park_name,
       sums.mean_wait as "avg_wait_time: num0",
       sums.mean_wait as "mean: hidden",
       sums.wait_max as peak_wait_time,
       sums.wait_samples as snapshot_count
  from @rides as rides
  join @ride_sums as sums on sums.ride_id = rides.ride_id
 where sums.wait_samples > 0;
