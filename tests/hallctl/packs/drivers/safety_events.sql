-- What happened on the way, by kind.
-- view: dashboard_safety_events  type: dashboard  route: /api/v1/admin/dashboard/safety-events-breakdown  auth: bearer
-- store: shelf  key: dashboard_safety_events  due: 5m  fresh: 300s  tags: trips

-- name: events :many
select event as kind,
       count(*) as events
  from trips
 where event is not null
 group by event
 order by events desc, kind;
