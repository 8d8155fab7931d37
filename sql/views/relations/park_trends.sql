-- One row a park that was seen at work both in the period and in the one before: its uptime in each, and the points between.
select parks.*,
       100.000000 * sums.ride_minutes_operating / (sums.ride_minutes_operating + sums.ride_minutes_down) as uptime,
       100.000000 * earlier.ride_minutes_operating / (earlier.ride_minutes_operating + earlier.ride_minutes_down) as uptime_before,
       100.000000 * sums.ride_minutes_operating / (sums.ride_minutes_operating + sums.ride_minutes_down)
         - 100.000000 * earlier.ride_minutes_operating / (earlier.ride_minutes_operating + earlier.ride_minutes_down) as points,
       sums.ride_minutes_down as minutes_down,
       earlier.ride_minutes_down as minutes_down_before
  from @parks as parks
  join @park_sums as sums on sums.park_id = parks.park_id
  join @prev_park_sums as earlier on earlier.park_id = parks.park_id
 where sums.ride_minutes_operating + sums.ride_minutes_down > 0
   and earlier.ride_minutes_operating + earlier.ride_minutes_down > 0
