-- One row an attraction that no score counts now: it has not run for seven days, or never.
select *
  from @attractions as attractions
 where is_ranked
   and (last_operated_at is null or last_operated_at < :now - interval 7 day)
