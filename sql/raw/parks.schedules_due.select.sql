-- Active parks whose hours ThemeParks.wiki was not asked for since :read_before, the longest ago first.
select wiki_id
  from parks
 where is_active
   and wiki_id is not null
   and (schedule_read_at is null or schedule_read_at <= :read_before)
 order by schedule_read_at, park_id
 limit :most
