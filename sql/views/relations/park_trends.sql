-- One row a park that was seen at work both in the period and in the one before: its uptime in each, and the points between.
select parks.*,
       sums.uptime,
       earlier.uptime as uptime_before,
       sums.uptime - earlier.uptime as points,
       sums.hours_down,
       earlier.hours_down as hours_down_before
  from @parks as parks
  join @park_sums as sums on sums.park_id = parks.park_id
  join @prev_park_sums as earlier on earlier.park_id = parks.park_id
 where sums.uptime - earlier.uptime is not null
