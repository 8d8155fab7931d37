-- The inputs of a period changed: marks it stale, or raises the generation of the mark it has.
insert into stale_periods (level, period_start, generation)
select *
  from (select :level as level, :period_start as period_start, 1 as generation) as mark
    on duplicate key update generation = stale_periods.generation + 1
