-- When each ride of a park last operated on the days before :date, as far back as :first_date.
select operated.ride_id, max(operated.last_operated_at)
  from rides
  join ride_operated_days as operated using (ride_id)
 where rides.park_id = :park_id
   and operated.operated_on >= :first_date
   and operated.operated_on < :date
 group by operated.ride_id
