-- The hours parks announced; of these only OPERATING opens a park to everybody.
create table park_schedules (
  park_id    int unsigned not null,
  kind       varchar(16) character set ascii not null,
  opens_at   datetime not null,
  closes_at  datetime not null,
  fetched_at datetime not null,
  primary key (park_id, kind, opens_at),
  constraint a_schedule_belongs_to_a_park foreign key (park_id) references parks (park_id),
  constraint a_kind_of_hours_is_known check (kind in ('OPERATING', 'TICKETED_EVENT', 'PRIVATE_EVENT', 'EXTRA_HOURS', 'INFO')),
  constraint hours_end_after_they_begin check (closes_at > opens_at)
) engine = InnoDB default character set utf8mb4
