-- The rides of a cycle: what the feed said and what was judged of it. The rows follow.
insert into ride_snapshots
  (hour_start, ride_id, minute, park_id, reported_open, status, wait_minutes, age_minutes, weight, interval_minutes,
   park_is_open, state, in_service, operated, outage_began)
values
