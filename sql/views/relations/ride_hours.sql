-- One row a ride and hour of the period: its exact sums, from filled hours, then the raw tail.
select *
  from @ride_filled_hours as filled
 where hour_start >= :start
   and hour_start < :chart_hours_to
 union all
select *
  from @ride_tail_hours as tail
