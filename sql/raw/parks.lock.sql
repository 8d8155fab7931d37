-- One park with its watch, locked: whoever stores or judges a park holds this row.
select park_id, reports_down, last_slot, spell_start, doubt_since
  from parks
 where queue_times_id = :queue_times_id
   for update
