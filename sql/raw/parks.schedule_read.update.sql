-- ThemeParks.wiki was asked for the park's hours.
update parks
   set schedule_read_at = :now
 where park_id = :park_id
