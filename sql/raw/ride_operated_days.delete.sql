-- Forgets on which of these days a park's rides operated, to be noted anew.
delete from ride_operated_days
 where operated_on >= :first_date
   and operated_on <= :last_date
   and ride_id in (select ride_id from rides where park_id = :park_id)
