-- One row a day of the period on which a ride that counts was down as good as all the time its park was open.
select days.stat_date,
       'down_all_day' as anomaly_type,
       'WARNING' as severity,
       'ride' as entity_type,
       rides.ride_id as entity_id,
       rides.ride_name as entity_name,
       rides.park_id,
       rides.park_name,
       days.minutes_down as value,
       cast(null as decimal(9, 4)) as expected,
       'never at work, and down for nine tenths of the time its park was open' as message
  from ride_daily_stats as days
  join @attractions as rides on rides.ride_id = days.ride_id
 where days.stat_date >= :first_date
   and days.stat_date <= :last_date
   and rides.is_ranked
   and days.open_minutes >= 120
   and days.minutes_operating = 0
   and 10 * days.minutes_down >= 9 * days.open_minutes
