-- Drivers, page by page.
-- view: drivers_list  type: drivers  route: /api/v1/admin/drivers  auth: bearer
-- param: skip = int 0..1000000; default 0
-- param: size = int 1..100; default 20
-- param: city = text 1..40; default null
-- store: on-demand  fresh: 120s  tags: drivers
-- set: skip = :skip, size = :size

-- name: total :value
select count(*) from drivers where :city is null or city = :city;

-- name: drivers :many
select driver_id,
       name,
       city,
       is_active as "is_active: bool"
  from drivers
 where :city is null
    or city = :city
 order by driver_id
 limit :skip, :size;
