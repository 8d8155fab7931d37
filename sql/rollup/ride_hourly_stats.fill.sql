-- Sums one hour of ride snapshots; the rows stream in key order, one group a ride.
insert into ride_hourly_stats
  (hour_start, ride_id, park_id, sample_count, open_minutes, outages, weighted_minutes_down, wait_sum, wait_samples, wait_max,
   minutes_operating, minutes_down, minutes_closed, minutes_refurbishment, minutes_unknown,
   first_operated_at, last_operated_at, is_complete, formula_version, filled_at)
select :hour_start,
       ride_id,
       max(park_id),
       count(*),
       sum(case when park_is_open then interval_minutes else 0 end),
       sum(outage_began),
       sum(case when state = 'down' then weight * interval_minutes else 0 end),
       sum(case when state = 'operating' then coalesce(wait_minutes, 0) else 0 end),
       count(case when state = 'operating' and wait_minutes > 0 then 1 end),
       max(case when state = 'operating' and wait_minutes > 0 then wait_minutes end),
       sum(case when state = 'operating' then interval_minutes else 0 end),
       sum(case when state = 'down' then interval_minutes else 0 end),
       sum(case when state = 'closed' then interval_minutes else 0 end),
       sum(case when state = 'refurbishment' then interval_minutes else 0 end),
       sum(case when state = 'unknown' then interval_minutes else 0 end),
       :hour_start + interval min(case when state = 'operating' then minute end) minute,
       :hour_start + interval max(case when state = 'operating' then minute end) minute,
       true,
       :formula_version,
       :filled_at
  from ride_snapshots
 where hour_start = :hour_start
 group by ride_id
