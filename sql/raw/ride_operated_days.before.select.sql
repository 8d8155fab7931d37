-- The rides of a park that operated in the 7 days before :slot.
select distinct operated.ride_id
  from rides
  join ride_operated_days as operated using (ride_id)
 where rides.park_id = :park_id
   and operated.operated_on >= :first_date
   and operated.operated_on <= :last_date
   and operated.last_operated_at >= :week_before
   and operated.first_operated_at < :slot
