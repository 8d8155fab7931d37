-- Every park with its id at ThemeParks.wiki.
select park_id, name, wiki_id
  from parks
 order by park_id
