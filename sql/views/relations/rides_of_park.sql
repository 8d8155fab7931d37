-- One row an attraction of the park :park_id that was seen at work in the period, in the order of its charts.
select rides.*,
       sums.wait_samples as value,
       row_number() over (order by coalesce(rides.tier, 2), rides.ride_name, rides.ride_id) as place
  from @attractions as rides
  join @ride_sums as sums on sums.ride_id = rides.ride_id
 where rides.park_id = :park_id
   and sums.uptime is not null
