-- Active parks, how many of them the newest cycles did not read, and the newest slot of all.
select count(*)                                                          as parks,
       cast(coalesce(sum(parks.last_slot is null
                         or parks.last_slot < newest.slot - interval 15 minute), 0) as unsigned) as unread,
       max(newest.slot)                                                  as newest_slot
  from parks
  cross join (select max(last_slot) as slot from parks) as newest
 where parks.is_active
