-- Active parks, and the newest slot of them all.
select count(*)       as parks,
       max(last_slot) as newest_slot
  from parks
 where is_active
