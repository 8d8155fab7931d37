-- A day was brought back.
insert into restored_days (stock, date_utc, restored_at)
select *
  from (select :stock as stock, :date_utc as date_utc, :restored_at as restored_at) as brought_back
    on duplicate key update restored_at = brought_back.restored_at
