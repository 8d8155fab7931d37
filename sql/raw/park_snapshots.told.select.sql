-- A park's newest cycle that is not after :at: which feed spoke, where its state comes from, and its score.
select slot, feed, state_source, weight_down, weight_in_service, cast(score as char)
  from park_snapshots
 where park_id = :park_id
   and slot <= :at
 order by slot desc
 limit 1
