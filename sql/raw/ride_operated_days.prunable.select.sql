-- How many days from before a date nobody asks for any more; the last day of each ride is always asked for.
select count(*)
  from ride_operated_days
 where operated_on < :before
   and operated_on < (select cast(rides.last_operated_at as date)
                        from rides
                       where rides.ride_id = ride_operated_days.ride_id)
