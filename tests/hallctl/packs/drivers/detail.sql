-- One driver with the latest trips.
-- view: driver_detail  type: drivers  route: /api/v1/admin/drivers/{driver_id}/details  auth: bearer
-- param: driver_id = text 8..8 DRV0-9-; required
-- store: on-demand  key: driver_detail_{driver_id}  fresh: 180s  tags: drivers, driver:{driver_id}

-- name: driver :one required
select driver_id,
       name,
       city,
       risk_score as "risk_score: num1",
       is_active as "is_active: bool"
  from drivers
 where driver_id = :driver_id;

-- name: trips :many
select started_at,
       kilometres as "kilometres: num1",
       event
  from trips
 where driver_id = :driver_id
 order by started_at desc
 limit 10;
