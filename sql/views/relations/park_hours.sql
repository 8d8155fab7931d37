-- One row a park and hour of the period: its exact sums, from filled hours, then the raw tail.
select *
  from @park_filled_hours as filled
 where hour_start >= :start
   and hour_start < :chart_hours_to
 union all
select *
  from @park_tail_hours as tail
