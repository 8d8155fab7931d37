-- What is remembered of a park's rides.
select ride_id, last_operated_at, down_since
  from rides
 where park_id = :park_id
