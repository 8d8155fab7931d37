-- The days on which a ride operated, from :first_date to :last_date.
select first_operated_at, last_operated_at
  from ride_operated_days
 where ride_id = :ride_id
   and operated_on >= :first_date
   and operated_on <= :last_date
 order by operated_on
