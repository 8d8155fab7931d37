-- Parks have cycles since their oldest row. Which parks have a row in an hour follows from that now, so every hour that can be filled is marked once more.
update parks
  left join (select park_id, min(seen_at) as first_slot
               from (select park_id, min(slot) as seen_at
                       from park_snapshots
                      group by park_id
                      union all
                     select park_id, min(hour_start)
                       from park_hourly_stats
                      where sample_count > 0
                      group by park_id) as rows_of_parks
              group by park_id) as seen
    on seen.park_id = parks.park_id
  left join settings
    on settings.name = 'marked_through'
   set parks.first_slot = seen.first_slot,
       settings.value   = '1970-01-01T00:00:00+00:00'
