-- One fact about the whole database, locked until the transaction ends.
select value
  from settings
 where name = :name
   for update
