-- Adds a park that a feed has named for the first time.
insert into parks
  (queue_times_id, wiki_id, name, operator, country, latitude_degrees, longitude_degrees, timezone,
   is_disney, is_universal, reports_down, is_active, created_at, updated_at)
values
  (:queue_times_id, :wiki_id, :name, :operator, :country, :latitude_degrees, :longitude_degrees, :timezone,
   :is_disney, :is_universal, :is_disney or :is_universal, true, :now, :now)
