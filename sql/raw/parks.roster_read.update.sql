-- ThemeParks.wiki was asked for the park's rides.
update parks
   set roster_read_at = :now
 where park_id = :park_id
