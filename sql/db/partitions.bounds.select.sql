-- Upper bounds of a table's partitions, oldest first.
select partition_description
  from information_schema.partitions
 where table_schema = database()
   and table_name = :table
   and partition_name is not null
 order by partition_ordinal_position
