-- Whether a park's cycle before or after :slot stands in a spell that began before :through.
select 1
  from ((select spell_start
           from park_snapshots
          where park_id = :park_id
            and slot < :slot
          order by slot desc
          limit 1)
         union all
        (select spell_start
           from park_snapshots
          where park_id = :park_id
            and slot > :slot
          order by slot
          limit 1)) as beside
 where spell_start < :through
 limit 1
