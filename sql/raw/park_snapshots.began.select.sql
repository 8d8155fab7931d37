-- Parks whose oldest cycle between two times is older than any known of before.
select cycles.park_id, cycles.first_slot
  from (select park_id, min(slot) as first_slot
          from park_snapshots
         where slot >= :start
           and slot < :end
         group by park_id) as cycles
  join parks using (park_id)
 where parks.first_slot is null
    or parks.first_slot > cycles.first_slot
