-- A `serve` is there, and has taken note of invalidations.
update serve_seats
   set invalidation_id = :seen,
       bodies_met = :met,
       beaten_at = :now
 where seat_id = :seat_id
