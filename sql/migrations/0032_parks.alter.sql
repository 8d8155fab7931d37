-- Since when a park has cycles, and which of its flags a person has set, so that no catalogue sets them again.
alter table parks
  add column first_slot datetime null after last_slot,
  add column is_disney_decided boolean not null default false,
  add column is_universal_decided boolean not null default false,
  add column reports_down_decided boolean not null default false
