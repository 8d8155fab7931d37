-- One park with its watch, locked: whoever stores or judges a park holds this row.
select park_id, reports_down, timezone, schedule_read_at, first_slot, last_slot, spell_start, doubt_since
  from parks
 where park_id = :park_id
   for update
