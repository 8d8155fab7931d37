-- Everything that can be found by name.
-- view: search_index  type: search_index  route: /api/search/index
-- store: shelf  key: search_index  due: 15m  fresh: 1h  tags: parks, rides
-- set: success = true, meta.last_updated = :data_through

-- name: parks :many
select park_id as id,
       park_name as name,
       coalesce(location, '') as location,
       'park' as type,
       concat('/park-detail.html?id=', park_id) as url
  from @places as places
 where is_active
 order by park_name, park_id;

-- name: rides :many
select ride_id as id,
       ride_name as name,
       park_name,
       park_id,
       'ride' as type,
       concat('/ride-detail.html?id=', ride_id) as url
  from @attractions as rides
 where is_active
 order by ride_name, ride_id;

-- name: meta :one
select count(distinct parks.park_id) as park_count,
       count(rides.ride_id) as ride_count
  from @places as parks
  left join rides on rides.park_id = parks.park_id and rides.is_active
 where parks.is_active;
