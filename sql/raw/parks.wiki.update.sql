-- Follows ThemeParks.wiki, which has named a park's id.
update parks
   set wiki_id    = :wiki_id,
       updated_at = :now
 where park_id = :park_id
