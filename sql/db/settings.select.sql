-- One fact about the whole database.
select value
  from settings
 where name = :name
