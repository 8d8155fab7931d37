-- States a fact about the whole database.
insert into settings (name, value)
select *
  from (select :name as name, :value as value) as stated
    on duplicate key update value = stated.value
