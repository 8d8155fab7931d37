-- The spell in which a park stood at its last cycle before :slot.
select spell_start
  from park_snapshots
 where park_id = :park_id
   and slot < :slot
 order by slot desc
 limit 1
