-- Filled hours that lack the row of a park which had cycles by then, or have one of a park which had none.
select filled.hour_start
  from (select hour_start, count(*) as park_rows
          from park_hourly_stats
         where hour_start >= :start
           and hour_start < :end
         group by hour_start) as filled
 where filled.park_rows <> (select count(*)
                             from parks
                            where parks.first_slot < filled.hour_start + interval 1 hour)
