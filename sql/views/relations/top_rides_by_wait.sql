-- The rides with the longest waits, as their ranking has them; no chart shows more.
select rides.*,
       merits.mean_wait as value,
       row_number() over (order by merits.mean_wait desc, rides.ride_name, rides.ride_id) as place
  from @rides as rides
  join @ride_merits as merits on merits.ride_id = rides.ride_id
 where merits.mean_wait > 0
 order by place
 limit 20
