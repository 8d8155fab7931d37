-- The rides that were down the longest, as their ranking has them; no chart shows more.
select rides.*,
       merits.hours_down as value,
       row_number() over (order by merits.hours_down desc, rides.ride_name, rides.ride_id) as place
  from @rides as rides
  join @ride_merits as merits on merits.ride_id = rides.ride_id
 where merits.hours_down > 0
 order by place
 limit 20
