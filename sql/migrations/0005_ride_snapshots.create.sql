-- One row a ride and cycle: what the feed said and what was judged of it. Ordered so that an hour's sums stream in key order.
create table ride_snapshots (
  hour_start       datetime not null,
  ride_id          int unsigned not null,
  minute           tinyint unsigned not null,
  park_id          int unsigned not null,
  reported_open    boolean null,
  status           varchar(13) character set ascii null,
  wait_minutes     smallint unsigned null,
  age_minutes      smallint unsigned null,
  weight           tinyint unsigned not null,
  interval_minutes tinyint unsigned not null,
  park_is_open     boolean not null,
  state            varchar(13) character set ascii not null,
  in_service       boolean not null,
  operated         boolean not null,
  outage_began     boolean not null,
  primary key (hour_start, ride_id, minute),
  constraint a_minute_lies_inside_the_hour check (minute < 60),
  constraint a_wait_is_at_most_600_minutes check (wait_minutes <= 600),
  constraint a_status_is_known check (status in ('OPERATING', 'DOWN', 'CLOSED', 'REFURBISHMENT')),
  constraint a_ride_state_is_known check (state in ('operating', 'down', 'closed', 'refurbishment', 'unknown'))
) engine = InnoDB default character set utf8mb4
  partition by range columns (hour_start) (partition past values less than ('2000-01-01'))
