-- Sums one hour of ride snapshots; the rows stream in key order, one group a ride. Rows that are there are written over, which
-- leaves the second key alone. Sums of whole numbers as 0e0 are as exact as decimals, which sums of integers would be, and cheaper.
insert into ride_hourly_stats
  (hour_start, ride_id, park_id, sample_count, open_minutes, outages, weighted_minutes_down, wait_sum, wait_samples, wait_max,
   minutes_operating, minutes_down, minutes_closed, minutes_refurbishment, minutes_unknown,
   first_operated_at, last_operated_at, is_complete, formula_version, filled_at)
select sums.*
  from (select :hour_start as hour_start,
               ride_id,
               max(park_id) as park_id,
               count(*) as sample_count,
               sum(case when park_is_open then interval_minutes else 0e0 end) as open_minutes,
               count(case when outage_began then 1 end) as outages,
               sum(case when state = 'down' then weight * interval_minutes else 0e0 end) as weighted_minutes_down,
               sum(case when state = 'operating' then coalesce(wait_minutes, 0) else 0e0 end) as wait_sum,
               count(case when state = 'operating' and wait_minutes > 0 then 1 end) as wait_samples,
               max(case when state = 'operating' and wait_minutes > 0 then wait_minutes end) as wait_max,
               sum(case when state = 'operating' then interval_minutes else 0e0 end) as minutes_operating,
               sum(case when state = 'down' then interval_minutes else 0e0 end) as minutes_down,
               sum(case when state = 'closed' then interval_minutes else 0e0 end) as minutes_closed,
               sum(case when state = 'refurbishment' then interval_minutes else 0e0 end) as minutes_refurbishment,
               sum(case when state = 'unknown' then interval_minutes else 0e0 end) as minutes_unknown,
               :hour_start + interval min(case when state = 'operating' then minute end) minute as first_operated_at,
               :hour_start + interval max(case when state = 'operating' then minute end) minute as last_operated_at,
               true as is_complete,
               :formula_version as formula_version,
               :filled_at as filled_at
          from ride_snapshots
         where hour_start = :hour_start
         group by ride_id) as sums
    on duplicate key update
       park_id               = sums.park_id,
       sample_count          = sums.sample_count,
       open_minutes          = sums.open_minutes,
       outages               = sums.outages,
       weighted_minutes_down = sums.weighted_minutes_down,
       wait_sum              = sums.wait_sum,
       wait_samples          = sums.wait_samples,
       wait_max              = sums.wait_max,
       minutes_operating     = sums.minutes_operating,
       minutes_down          = sums.minutes_down,
       minutes_closed        = sums.minutes_closed,
       minutes_refurbishment = sums.minutes_refurbishment,
       minutes_unknown       = sums.minutes_unknown,
       first_operated_at     = sums.first_operated_at,
       last_operated_at      = sums.last_operated_at,
       is_complete           = sums.is_complete,
       formula_version       = sums.formula_version,
       filled_at             = sums.filled_at
