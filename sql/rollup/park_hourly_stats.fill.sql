-- Sums one hour of park snapshots; an active park without any gets a row of zeros.
insert into park_hourly_stats
  (hour_start, park_id, sample_count, open_minutes, score_minutes, weighted_minutes_down, wait_sum, wait_samples, wait_max,
   ride_minutes_operating, ride_minutes_down, ride_minutes_closed, ride_minutes_refurbishment, ride_minutes_unknown,
   first_operated_at, last_operated_at, is_complete, formula_version, filled_at)
select :hour_start,
       parks.park_id,
       count(cycle.slot),
       coalesce(sum(case when cycle.state = 'open' then cycle.interval_minutes else 0 end), 0),
       coalesce(sum(cycle.score * cycle.interval_minutes), 0),
       coalesce(sum(cycle.weight_down * cycle.interval_minutes), 0),
       coalesce(sum(cycle.wait_sum), 0),
       coalesce(sum(cycle.wait_samples), 0),
       max(cycle.wait_max),
       coalesce(sum(cycle.rides_operating * cycle.interval_minutes), 0),
       coalesce(sum(cycle.rides_down * cycle.interval_minutes), 0),
       coalesce(sum(cycle.rides_closed * cycle.interval_minutes), 0),
       coalesce(sum(cycle.rides_refurbishment * cycle.interval_minutes), 0),
       coalesce(sum(cycle.rides_unknown * cycle.interval_minutes), 0),
       min(case when cycle.rides_operating > 0 then cycle.slot end),
       max(case when cycle.rides_operating > 0 then cycle.slot end),
       true,
       :formula_version,
       :filled_at
  from parks
  left join park_snapshots as cycle
    on cycle.park_id = parks.park_id
   and cycle.slot >= :hour_start
   and cycle.slot < :hour_end
 where parks.is_active
    or cycle.slot is not null
 group by parks.park_id
