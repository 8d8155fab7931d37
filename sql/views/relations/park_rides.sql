-- One row a park: its rides counted by what they did over the period; one of which nothing was known counts as listed alone.
select rides.park_id,
       count(*) as listed,
       sum(sums.minutes_operating > 0) as operated,
       sum(sums.minutes_down > 0) as broke_down,
       sum(sums.minutes_operating = 0 and sums.minutes_down = 0 and sums.minutes_refurbishment = 0 and sums.minutes_closed > 0)
         as stayed_closed,
       sum(sums.minutes_operating = 0 and sums.minutes_down = 0 and sums.minutes_refurbishment > 0) as refurbished,
       sum(sums.wait_samples > 0) as reporting,
       sum(case when sums.uptime is not null then rides.weight else 0 end) as weight_in_service
  from @attractions as rides
  join @ride_sums as sums on sums.ride_id = rides.ride_id
 group by rides.park_id
