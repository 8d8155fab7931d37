-- One row a ride that was seen at work both in the period and in the one before: its uptime in each, and the points between.
select rides.*,
       100.000000 * sums.minutes_operating / (sums.minutes_operating + sums.minutes_down) as uptime,
       100.000000 * earlier.minutes_operating / (earlier.minutes_operating + earlier.minutes_down) as uptime_before,
       100.000000 * sums.minutes_operating / (sums.minutes_operating + sums.minutes_down)
         - 100.000000 * earlier.minutes_operating / (earlier.minutes_operating + earlier.minutes_down) as points,
       sums.minutes_down,
       earlier.minutes_down as minutes_down_before
  from @rides as rides
  join @ride_sums as sums on sums.ride_id = rides.ride_id
  join @prev_ride_sums as earlier on earlier.ride_id = rides.ride_id
 where sums.minutes_operating + sums.minutes_down > 0
   and earlier.minutes_operating + earlier.minutes_down > 0
