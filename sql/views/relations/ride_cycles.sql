-- One row a ride and cycle: what it adds to any sum. Whoever reads it says from which hour to which, and to which slot.
select ride_id,
       park_id,
       hour_start,
       hour_start + interval minute minute as slot,
       interval_minutes as minutes,
       case when park_is_open then interval_minutes else 0 end as open_minutes,
       outage_began as outages,
       case when state = 'down' then weight * interval_minutes else 0 end as weighted_minutes_down,
       case when state = 'operating' then coalesce(wait_minutes, 0) else 0 end as wait_sum,
       case when state = 'operating' and wait_minutes > 0 then 1 else 0 end as wait_samples,
       case when state = 'operating' and wait_minutes > 0 then wait_minutes end as wait_max,
       case when state = 'operating' then interval_minutes else 0 end as minutes_operating,
       case when state = 'down' then interval_minutes else 0 end as minutes_down,
       case when state = 'closed' then interval_minutes else 0 end as minutes_closed,
       case when state = 'refurbishment' then interval_minutes else 0 end as minutes_refurbishment,
       case when state = 'unknown' then interval_minutes else 0 end as minutes_unknown
  from ride_snapshots
