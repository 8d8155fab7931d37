-- The parks with the longest mean waits, as their ranking has them; no chart shows more.
select parks.*,
       merits.mean_wait as value,
       row_number() over (order by merits.mean_wait desc, parks.park_name, parks.park_id) as place
  from @parks as parks
  join @park_merits as merits on merits.park_id = parks.park_id
 where merits.mean_wait > 0
 order by place
 limit 20
