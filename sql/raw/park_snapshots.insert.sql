-- A park's cycle as judged.
insert into park_snapshots
  (slot, park_id, state, state_source, feed, interval_minutes, spell_start, rides_listed, rides_operating, rides_down, rides_closed,
   rides_refurbishment, rides_unknown, wait_sum, wait_samples, wait_max, weight_down, weight_in_service, score, scheduled_open, quiet_minutes)
values
  (:slot, :park_id, :state, case when :scheduled_open is null then 'observed' else 'schedule' end, :feed, :interval_minutes, :spell_start,
   :rides_listed, :rides_operating, :rides_down, :rides_closed, :rides_refurbishment, :rides_unknown,
   :wait_sum, :wait_samples, :wait_max, :weight_down, :weight_in_service, :score, :scheduled_open, :quiet_minutes)
