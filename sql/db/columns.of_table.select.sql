-- The columns of a table that are stored, in their order.
select column_name
  from information_schema.columns
 where table_schema = database()
   and table_name = :table
   and coalesce(generation_expression, '') = ''
 order by ordinal_position
