-- A park's cycles from :slot on, oldest first, a bounded number at a time.
select slot, state, spell_start, interval_minutes, scheduled_open, quiet_minutes
  from park_snapshots
 where park_id = :park_id
   and slot >= :slot
 order by slot
 limit 300
