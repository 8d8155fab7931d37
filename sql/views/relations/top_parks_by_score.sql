-- The parks with the highest scores, as their ranking has them; no chart shows more.
select ranked.*,
       row_number() over (order by ranked.value desc, ranked.park_name, ranked.park_id) as place
  from (select parks.*,
               case when :period = 'live' then live.score
                    else sums.score_minutes * 1.000000 / nullif(sums.open_minutes, 0) end as value
          from @parks as parks
          left join @park_sums as sums on sums.park_id = parks.park_id
          left join @live_parks as live on live.park_id = parks.park_id) as ranked
 where ranked.value > 0
 order by place
 limit 20
