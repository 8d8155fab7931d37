-- ThemeParks.wiki was asked for the park's rides.
update parks
   set children_read_at = :now
 where park_id = :park_id
