-- How a park's cycle is judged, and on whose word.
select state, state_source
  from park_snapshots
 where slot = :slot
   and park_id = :park_id
