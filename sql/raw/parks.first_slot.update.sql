-- Since when the park has cycles.
update parks
   set first_slot = :first_slot
 where park_id = :park_id
