-- Two fills of one level never run at the same time: this row stays locked until the fill ends.
insert into settings (name, value)
select *
  from (select :name as name, 'locked while a period is filled' as value) as guard
    on duplicate key update value = guard.value
