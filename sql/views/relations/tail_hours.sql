-- The hours of the raw tail: a tail is six hours long at most, and an hour after its end finds no cycles.
select cast(:chart_tail_from as datetime) + interval number hour as hour_start
  from (select 0 as number union all select 1 union all select 2 union all select 3 union all select 4 union all select 5) as numbers
