-- The sums of ride snapshots by hour and ride.
select hour_start,
       ride_id,
       max(park_id),
       count(*),
       coalesce(sum(interval_minutes) filter (where park_is_open), 0),
       count(*) filter (where outage_began),
       coalesce(sum(weight * interval_minutes) filter (where state = 'down'), 0),
       coalesce(sum(wait_minutes) filter (where state = 'operating'), 0),
       count(*) filter (where state = 'operating' and wait_minutes > 0),
       max(wait_minutes) filter (where state = 'operating' and wait_minutes > 0),
       coalesce(sum(interval_minutes) filter (where state = 'operating'), 0),
       coalesce(sum(interval_minutes) filter (where state = 'down'), 0),
       coalesce(sum(interval_minutes) filter (where state = 'closed'), 0),
       coalesce(sum(interval_minutes) filter (where state = 'refurbishment'), 0),
       coalesce(sum(interval_minutes) filter (where state = 'unknown'), 0),
       min(hour_start) + min(minute) filter (where state = 'operating') * interval '1 minute',
       max(hour_start) + max(minute) filter (where state = 'operating') * interval '1 minute',
       true,
       1,
       timestamp '2026-07-01'
  from ride_snapshots
 where :span
 group by hour_start, ride_id
