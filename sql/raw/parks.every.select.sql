-- Every park.
select park_id
  from parks
 order by park_id
