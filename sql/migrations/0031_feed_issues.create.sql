-- What is wrong with the feed's data: one unresolved row a kind, park, ride and topic; times are data time, and ride null speaks of the park.
create table feed_issues (
  issue_id    int unsigned not null auto_increment,
  kind        varchar(12) character set ascii not null,
  park_id     int unsigned not null,
  ride_id     int unsigned null,
  topic       varchar(64) not null,
  first_seen  datetime not null,
  last_seen   datetime not null,
  occurrences int unsigned not null default 1,
  detail      varchar(500) not null,
  resolved_at datetime null,
  primary key (issue_id),
  key feed_issues_by_park (park_id, resolved_at),
  key feed_issues_by_resolution (resolved_at),
  constraint an_issue_is_of_a_park foreign key (park_id) references parks (park_id),
  constraint an_issue_may_be_of_a_ride foreign key (ride_id) references rides (ride_id),
  constraint an_issue_is_of_a_known_kind check (kind in ('stale', 'missing', 'invalid', 'inconsistent'))
) engine = InnoDB default character set utf8mb4
