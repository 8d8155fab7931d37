-- What is stored of a park's cycles between two times that follows from their judgement.
select slot, park_id, state, spell_start, rides_operating, rides_down, rides_closed, rides_refurbishment, rides_unknown,
       wait_sum, wait_samples, wait_max, weight_down, weight_in_service, score
  from park_snapshots
 where park_id = :park_id
   and slot >= :start
   and slot < :end
 order by slot
