-- A `serve` takes its seat.
insert into serve_seats (host, pid, invalidation_id, bodies_met, beaten_at)
values (:host, :pid, :seen, 0, :now)
