-- Active parks whose rides ThemeParks.wiki was not asked for since :read_before, the longest ago first.
select wiki_id
  from parks
 where is_active
   and wiki_id is not null
   and (children_read_at is null or children_read_at <= :read_before)
 order by children_read_at, park_id
 limit :most
