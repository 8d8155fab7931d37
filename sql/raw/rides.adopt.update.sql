-- A feed's id for a ride that until now another feed alone listed, or the same one under an id it no longer uses.
update rides
  left join rides as known
    on known.queue_times_id = :queue_times_id
    or known.wiki_id = :wiki_id
   set rides.queue_times_id = coalesce(:queue_times_id, rides.queue_times_id),
       rides.wiki_id        = coalesce(:wiki_id, rides.wiki_id),
       rides.updated_at     = :now
 where rides.ride_id = :ride_id
   and known.ride_id is null
