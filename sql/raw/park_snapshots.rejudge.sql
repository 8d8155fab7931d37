-- A park's cycle judged again.
update park_snapshots
   set state               = :state,
       spell_start         = :spell_start,
       rides_operating     = :rides_operating,
       rides_down          = :rides_down,
       rides_closed        = :rides_closed,
       rides_refurbishment = :rides_refurbishment,
       rides_unknown       = :rides_unknown,
       wait_sum            = :wait_sum,
       wait_samples        = :wait_samples,
       wait_max            = :wait_max,
       weight_down         = :weight_down,
       weight_in_service   = :weight_in_service,
       score               = :score
 where slot = :slot
   and park_id = :park_id
