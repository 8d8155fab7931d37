-- The ledger: every hour, day and year whose inputs changed since it was filled.
create table stale_periods (
  level        varchar(6) character set ascii not null,
  period_start datetime not null,
  generation   bigint unsigned not null,
  primary key (level, period_start),
  constraint a_level_is_known check (level in ('hourly', 'daily', 'yearly'))
) engine = InnoDB default character set utf8mb4
