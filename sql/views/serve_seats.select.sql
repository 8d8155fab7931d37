-- Every `serve` that was there lately.
select host, pid, invalidation_id, bodies_met
  from serve_seats
 where beaten_at >= :since
