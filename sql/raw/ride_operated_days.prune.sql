-- Forgets some of the days from before a date, apart from the last day of each ride.
delete from ride_operated_days
 where operated_on < :before
   and operated_on < (select cast(rides.last_operated_at as date)
                        from rides
                       where rides.ride_id = ride_operated_days.ride_id)
 order by ride_id, operated_on
 limit 5000
