-- The parks with the highest scores, as their ranking has them; no chart shows more.
select parks.*,
       merits.score as value,
       row_number() over (order by merits.score desc, parks.park_name, parks.park_id) as place
  from @parks as parks
  join @park_merits as merits on merits.park_id = parks.park_id
 where merits.score > 0
 order by place
 limit 20
