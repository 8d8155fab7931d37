-- One row a ride: what the rankings go by; live, of those there are now, the hours of the day and the wait now.

-- when: period = live
select live.ride_id,
       sums.hours_down,
       live.wait_minutes as mean_wait
  from @live_rides as live
  left join @ride_sums as sums on sums.ride_id = live.ride_id

-- when: period not in (live)
select ride_id,
       hours_down,
       mean_wait
  from @ride_sums as sums
