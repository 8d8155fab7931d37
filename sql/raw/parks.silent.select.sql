-- Parks in a spell that have not been heard of since :heard_before.
select park_id
  from parks
 where spell_start is not null
   and last_slot < :heard_before
 order by park_id
