-- What the schedule said at the cycle, where it decided, and for how long no entry had changed: the judgement rests on both.
alter table park_snapshots
  add column scheduled_open boolean null,
  add column quiet_minutes smallint unsigned null
