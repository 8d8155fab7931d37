-- Sums one hour of park snapshots; a park without any gets a row of zeros, from the hour of its first one on.
insert into park_hourly_stats
  (hour_start, park_id, sample_count, open_minutes, score_minutes, weighted_minutes_down, wait_sum, wait_samples, wait_max,
   ride_minutes_operating, ride_minutes_down, ride_minutes_closed, ride_minutes_refurbishment, ride_minutes_unknown,
   first_operated_at, last_operated_at, is_complete, formula_version, filled_at)
select :hour_start,
       parks.park_id,
       coalesce(sums.sample_count, 0),
       coalesce(sums.open_minutes, 0),
       coalesce(sums.score_minutes, 0),
       coalesce(sums.weighted_minutes_down, 0),
       coalesce(sums.wait_sum, 0),
       coalesce(sums.wait_samples, 0),
       sums.wait_max,
       coalesce(sums.ride_minutes_operating, 0),
       coalesce(sums.ride_minutes_down, 0),
       coalesce(sums.ride_minutes_closed, 0),
       coalesce(sums.ride_minutes_refurbishment, 0),
       coalesce(sums.ride_minutes_unknown, 0),
       sums.first_operated_at,
       sums.last_operated_at,
       true,
       :formula_version,
       :filled_at
  from parks
  left join (select park_id,
                    count(*)                                                       as sample_count,
                    sum(case when state = 'open' then interval_minutes else 0 end) as open_minutes,
                    sum(score * interval_minutes)                                    as score_minutes,
                    sum(weight_down * interval_minutes)                              as weighted_minutes_down,
                    sum(park_snapshots.wait_sum)                                     as wait_sum,
                    sum(park_snapshots.wait_samples)                                 as wait_samples,
                    max(park_snapshots.wait_max)                                     as wait_max,
                    sum(rides_operating * interval_minutes)                          as ride_minutes_operating,
                    sum(rides_down * interval_minutes)                               as ride_minutes_down,
                    sum(rides_closed * interval_minutes)                             as ride_minutes_closed,
                    sum(rides_refurbishment * interval_minutes)                      as ride_minutes_refurbishment,
                    sum(rides_unknown * interval_minutes)                            as ride_minutes_unknown,
                    min(case when rides_operating > 0 then slot end)                 as first_operated_at,
                    max(case when rides_operating > 0 then slot end)                 as last_operated_at
               from park_snapshots
              where slot >= :hour_start
                and slot < :hour_end
              group by park_id) as sums
    on sums.park_id = parks.park_id
 where parks.first_slot < :hour_end
    or sums.park_id is not null
