-- When ThemeParks.wiki was last asked for a park's rides and for its hours, an empty answer included.
alter table parks
  add column children_read_at datetime null,
  add column schedule_read_at datetime null
