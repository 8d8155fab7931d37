-- Since when each ride of a park is remembered as down.
select ride_id, down_since
  from rides
 where park_id = :park_id
