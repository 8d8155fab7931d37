-- What every ride is doing now, counted. A ride of which nothing is known counts as CLOSED here, and here only, because
-- readers expect these five categories to make up the total.
-- view: status_summary  type: status_summary  route: /api/live/status-summary
-- param: filter = disney-universal|all-parks; default all-parks
-- param: park_id = int; default null; invalid -> default
-- store: shelf  key: status_summary_live{_filter}  due: 5m  fresh: 15m  tags: parks, rides
-- set: success = true, filter = :filter, park_id? = :park_id, attribution = @attribution

-- name: status_summary :one
select count(case when live.status = 'OPERATING' then 1 end) as OPERATING,
       count(case when live.status = 'DOWN' then 1 end) as DOWN,
       count(case when live.status = 'CLOSED' or live.status is null then 1 end) as CLOSED,
       count(case when live.status = 'REFURBISHMENT' then 1 end) as REFURBISHMENT,
       count(case when live.status = 'PARK_CLOSED' then 1 end) as PARK_CLOSED,
       count(*) as total
  from @rides as rides
  join @live_rides as live on live.ride_id = rides.ride_id
 where :park_id is null
    or rides.park_id = :park_id;
