-- One row: the number of the park or ride :entity_id that the rankings show, and what it is divided from; a park that was
-- never open has a score of 0.

-- when: type = park_shame_score
select parks.park_name as entity_name,
       coalesce(case when :period = 'live' then live.score else sums.score end, 0) as computed,
       0.05 as tolerance,
       coalesce(sums.sample_count, 0) as sample_count,
       coalesce(sums.open_minutes, 0) as open_minutes,
       coalesce(sums.score_minutes, 0) as score_minutes,
       coalesce(live.weight_down, 0) as weight_down,
       coalesce(live.weight_in_service, 0) as weight_in_service,
       100.000000 * sums.ride_minutes_unknown
         / nullif(sums.ride_minutes_operating + sums.ride_minutes_down + sums.ride_minutes_closed + sums.ride_minutes_refurbishment
                  + sums.ride_minutes_unknown, 0) as unknown_percentage
  from @places as parks
  left join @park_sums as sums on sums.park_id = parks.park_id
  left join @live_parks as live on live.park_id = parks.park_id
 where parks.park_id = :entity_id

-- when: type in (ride_downtime, wait_time)
select rides.ride_name as entity_name,
       case when :type = 'ride_downtime' then coalesce(sums.hours_down, 0)
            when :period = 'live' then live.wait_minutes
            else sums.mean_wait end as computed,
       0.05 as tolerance,
       coalesce(sums.sample_count, 0) as sample_count,
       coalesce(sums.open_minutes, 0) as open_minutes,
       coalesce(sums.minutes_down, 0) as minutes_down,
       coalesce(sums.wait_sum, 0) as wait_sum,
       coalesce(sums.wait_samples, 0) as wait_samples,
       100.000000 * sums.minutes_unknown
         / nullif(sums.minutes_operating + sums.minutes_down + sums.minutes_closed + sums.minutes_refurbishment
                  + sums.minutes_unknown, 0) as unknown_percentage
  from @attractions as rides
  left join @ride_sums as sums on sums.ride_id = rides.ride_id
  left join @live_rides as live on live.ride_id = rides.ride_id
 where rides.ride_id = :entity_id
