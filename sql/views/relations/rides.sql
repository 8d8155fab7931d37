-- One row an active attraction of an active park that :filter lets through.
select *
  from @attractions as attractions
 where is_ranked
   and (:filter = 'all-parks' or is_disney_universal)
