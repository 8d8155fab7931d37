-- A ride that turned out to be another one: which, and the ids it had, by which its archived rows are known.
alter table rides
  add column joined_ride_id int unsigned null,
  add column former_queue_times_id int unsigned null,
  add column former_wiki_id char(36) character set ascii null
