-- The park whose present spell is the longest, where that began before a time.
select park_id, name, spell_start
  from parks
 where spell_start < :before
 order by spell_start, park_id
 limit 1
