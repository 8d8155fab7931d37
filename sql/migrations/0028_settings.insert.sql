-- Nothing is pruned yet. Pruning and collecting take turns on these rows, so they are here from the beginning.
insert into settings (name, value)
select *
  from (select 'pruned_through_raw' as name, '1970-01-01T00:00:00+00:00' as value
         union all
        select 'pruned_through_hourly', '1970-01-01T00:00:00+00:00') as nothing_pruned
    on duplicate key update value = settings.value
