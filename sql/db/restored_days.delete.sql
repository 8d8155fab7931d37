-- The rows of days brought back are gone again.
delete from restored_days
 where stock = :stock
   and date_utc >= :first_date
   and date_utc < :date_after
