-- One row a period and filling: when, how it ended, how many rows.
create table aggregation_log (
  log_id        bigint unsigned not null auto_increment,
  run_id        bigint unsigned null,
  job_type      varchar(6) character set ascii not null,
  target_period datetime not null,
  started_at    datetime(3) not null,
  finished_at   datetime(3) null,
  status        varchar(8) character set ascii not null,
  rows_written  int unsigned not null default 0,
  attempts      int unsigned not null default 1,
  error         text null,
  primary key (log_id),
  key aggregation_log_by_period (job_type, target_period),
  key aggregation_log_by_start (started_at),
  key aggregation_log_by_status (status, job_type),
  constraint an_aggregation_level_is_known check (job_type in ('hourly', 'daily', 'yearly')),
  constraint an_aggregation_status_is_known check (status in ('running', 'success', 'partial', 'failed', 'crashed'))
) engine = InnoDB default character set utf8mb4
