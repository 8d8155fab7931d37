-- Every ride as a person sees it.
select rides.ride_id, rides.queue_times_id, rides.wiki_id, rides.park_id, parks.name as park, rides.name, rides.land,
       rides.tier, rides.category, rides.is_active, rides.joined_ride_id, rides.last_operated_at
  from rides
  join parks using (park_id)
 order by parks.name, rides.park_id, rides.name, rides.ride_id
