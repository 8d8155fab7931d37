-- One row a park whose newest cycle still speaks for now.
select cycle.park_id,
       cycle.slot,
       cycle.state in ('open', 'doubt') as is_open,
       cycle.state = 'closed' as is_closed,
       cycle.rides_listed,
       cycle.rides_operating,
       cycle.rides_down,
       cycle.rides_closed,
       cycle.rides_refurbishment,
       cycle.wait_sum,
       cycle.wait_samples,
       cycle.wait_max,
       cycle.weight_in_service,
       cycle.score
  from parks
  join park_snapshots as cycle
    on cycle.slot = parks.last_slot
   and cycle.park_id = parks.park_id
 where parks.last_slot >= :live_since
   and parks.last_slot <= :now
   and cycle.slot >= :live_since
