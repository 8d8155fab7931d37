-- Whether a park already has a cycle at this slot.
select 1
  from park_snapshots
 where slot = :slot
   and park_id = :park_id
