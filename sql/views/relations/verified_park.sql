-- One row: the score of the park :entity_id as the rankings divide it, and what it is divided from; never open is a score of 0.
select parks.park_name as entity_name,
       coalesce(case when :period = 'live' then live.score
                     else sums.score_minutes * 1.000000 / nullif(sums.open_minutes, 0) end, 0) as computed,
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
