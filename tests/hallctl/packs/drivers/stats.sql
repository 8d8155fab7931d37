-- What the dashboard counts first.
-- view: dashboard_stats  type: dashboard  route: /api/v1/admin/dashboard/stats  auth: bearer
-- store: shelf  key: dashboard_stats  due: 1m  fresh: 60s  tags: drivers, trips

-- name: . :one
select count(*) as total_drivers,
       coalesce(sum(is_active), 0) as active_drivers,
       (select count(*) from trips) as total_trips
  from drivers;
