-- Days brought back since a time, oldest first.
select date_utc
  from restored_days
 where stock = :stock
   and restored_at >= :since
 order by date_utc
