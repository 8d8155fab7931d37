-- One row: the hours down or the mean wait of the ride :entity_id as the rankings divide them, and what they are divided from.
select rides.ride_name as entity_name,
       case when :type = 'ride_downtime' then coalesce(sums.minutes_down, 0) * 1.000000 / 60
            when :period = 'live' then live.wait_minutes
            else sums.wait_sum * 1.000000 / nullif(sums.wait_samples, 0) end as computed,
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
