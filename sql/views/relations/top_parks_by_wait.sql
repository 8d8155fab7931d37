-- The parks with the longest mean waits, as their ranking has them; no chart shows more.
select ranked.*,
       row_number() over (order by ranked.value desc, ranked.park_name, ranked.park_id) as place
  from (select parks.*,
               case when :period = 'live' then live.wait_sum * 1.000000 / nullif(live.wait_samples, 0)
                    else sums.wait_sum * 1.000000 / nullif(sums.wait_samples, 0) end as value
          from @parks as parks
          left join @park_sums as sums on sums.park_id = parks.park_id
          left join @live_parks as live on live.park_id = parks.park_id) as ranked
 where ranked.value > 0
 order by place
 limit 20
