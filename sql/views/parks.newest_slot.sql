-- The newest cycle of any park at or before now; looked up where a clock that ran ahead left a later one.
select max(case when last_slot <= :now then last_slot
                else (select slot
                        from park_snapshots
                       where park_snapshots.park_id = parks.park_id
                         and slot <= :now
                       order by slot desc
                       limit 1) end)
  from parks
 where last_slot is not null
