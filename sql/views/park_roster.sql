-- The rides of one park: those its score counts, and those it does not because they have not run for seven days.
-- view: park_roster  type: park_details  route: /api/parks/{park_id:int}/rides
-- store: on-demand until cycle  fresh: 5m  tags: parks, rides, tiers
-- set: success = true, attribution = @attribution

-- name: . :one required
select park_id,
       park_name,
       (select coalesce(sum(weight), 0)
          from @attractions as rides
         where rides.park_id = :park_id
           and is_ranked
           and last_operated_at >= :now - interval 7 day) as effective_park_weight,
       (select coalesce(sum(weight), 0)
          from @attractions as rides
         where rides.park_id = :park_id
           and is_ranked) as total_roster_weight
  from @places as places
 where park_id = :park_id;

-- name: rides.active :many
select ride_id,
       ride_name,
       tier,
       weight as tier_weight,
       last_operated_at
  from @attractions as rides
 where park_id = :park_id
   and is_ranked
   and last_operated_at >= :now - interval 7 day
 order by weight desc, ride_name, ride_id;

-- name: rides.excluded :many
select ride_id,
       ride_name,
       tier,
       weight as tier_weight,
       last_operated_at,
       case when last_operated_at is null then 'never seen running'
            else concat('idle for ', timestampdiff(day, last_operated_at, :now), ' days') end as exclusion_reason
  from @idle_rides as rides
 where park_id = :park_id
 order by weight desc, ride_name, ride_id;
