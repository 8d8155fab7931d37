-- The spell in which a park stood at its last cycle before :slot, looked for back to :since.
select spell_start
  from park_snapshots
 where park_id = :park_id
   and slot >= :since
   and slot < :slot
 order by slot desc
 limit 1
