-- One row a park with a cycle that still speaks for now: its newest one at or before now, whatever a clock that ran ahead left.
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
       cycle.weight_down,
       cycle.weight_in_service,
       cycle.score
  from (select park_id, max(slot) as slot
          from park_snapshots
         where slot >= :live_since
           and slot <= :now
         group by park_id) as newest
  join park_snapshots as cycle
    on cycle.slot = newest.slot
   and cycle.park_id = newest.park_id
 where cycle.slot >= :live_since
   and cycle.slot <= :now
