-- Trips a day.
-- view: dashboard_trip_activity  type: dashboard  route: /api/v1/admin/dashboard/trip-activity  auth: bearer
-- param: period = 7days|30days; default 7days
-- store: shelf  key: dashboard_trip_activity_{period}  due: 5m  fresh: 300s  tags: trips
-- set: period = :period

-- name: chart :grid as datasets missing 0
select 'trips' as label,
       cast(trips.started_at - interval 7 hour as date) as "day: axis",
       count(*) as "trips: cell"
  from trips
 where started_at >= :start
   and started_at < :end
 group by 2;
