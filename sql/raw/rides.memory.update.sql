-- Corrects what is remembered of a ride after its spell was judged again.
update rides
   set last_operated_at = :last_operated_at,
       down_since       = :down_since
 where ride_id = :ride_id
