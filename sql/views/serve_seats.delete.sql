-- A `serve` leaves, and so do those that left without a word.
delete from serve_seats
 where seat_id = :seat_id
    or beaten_at < :before
