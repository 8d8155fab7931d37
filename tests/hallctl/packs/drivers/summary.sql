-- The summary: drivers, trips of today, and how safe they drive.
-- view: dashboard_summary  type: dashboard  route: /api/v1/admin/dashboard/summary  auth: bearer
-- store: on-demand  key: dashboard_summary  fresh: 60s  tags: drivers, trips
-- param: period = today; default today

-- name: . :one
select count(*) as total_drivers,
       avg(risk_score) as "average_risk: num1",
       (select count(*) from trips where started_at >= :start and started_at < :end) as trips_today,
       (select coalesce(sum(kilometres), 0) from trips where started_at >= :start and started_at < :end) as "kilometres_today: num1"
  from drivers;
