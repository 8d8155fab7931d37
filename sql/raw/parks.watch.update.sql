-- Where the park stands after its newest cycle.
update parks
   set last_slot   = :last_slot,
       spell_start = :spell_start,
       doubt_since = :doubt_since
 where park_id = :park_id
