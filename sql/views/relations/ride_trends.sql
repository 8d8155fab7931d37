-- One row a ride that was seen at work both in the period and in the one before: its uptime in each, and the points between.
select rides.*,
       sums.uptime,
       earlier.uptime as uptime_before,
       sums.uptime - earlier.uptime as points,
       sums.hours_down,
       earlier.hours_down as hours_down_before
  from @rides as rides
  join @ride_sums as sums on sums.ride_id = rides.ride_id
  join @prev_ride_sums as earlier on earlier.ride_id = rides.ride_id
 where sums.uptime - earlier.uptime is not null
