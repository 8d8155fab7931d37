-- Adds a ride that a feed lists for the first time; one that already belongs to another park stays there.
insert into rides (park_id, queue_times_id, wiki_id, name, land, created_at, updated_at)
select :park_id, :queue_times_id, :wiki_id, :name, :land, :now, :now
  from (select 1) as one
 where not exists (select 1 from rides as known where known.queue_times_id = :queue_times_id or known.wiki_id = :wiki_id)
