-- The rides with the longest waits, as their ranking has them; no chart shows more.
select ranked.*,
       row_number() over (order by ranked.value desc, ranked.ride_name, ranked.ride_id) as place
  from (select rides.*,
               case when :period = 'live' then live.wait_minutes
                    else sums.wait_sum * 1.000000 / nullif(sums.wait_samples, 0) end as value
          from @rides as rides
          left join @ride_sums as sums on sums.ride_id = rides.ride_id
          left join @live_rides as live on live.ride_id = rides.ride_id) as ranked
 where ranked.value > 0
 order by place
 limit 20
