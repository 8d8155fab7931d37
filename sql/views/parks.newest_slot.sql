-- The newest cycle of any park.
select max(last_slot)
  from parks
 where last_slot <= :now
