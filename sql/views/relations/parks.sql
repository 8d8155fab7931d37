-- One row an active park that :filter lets through.
select *
  from @places as places
 where is_active
   and (:filter = 'all-parks' or is_disney_universal)
