-- The hours a park announces. The rows follow.
insert into park_schedules (park_id, kind, opens_at, closes_at, fetched_at)
values
