-- The rides of a park.
select ride_id, queue_times_id, wiki_id, joined_ride_id, name, land, tier, category = 'ATTRACTION' and is_active as counts,
       last_operated_at, down_since
  from rides
 where park_id = :park_id
 order by ride_id
