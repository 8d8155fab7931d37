-- One row a refresh of the shelf.
create table cache_refresh_log (
  log_id               bigint unsigned not null auto_increment,
  refresh_started_at   datetime(3) not null,
  refresh_completed_at datetime(3) null,
  status               varchar(8) character set ascii not null,
  views_refreshed      int unsigned not null default 0,
  views_failed         int unsigned not null default 0,
  total_time_ms        int unsigned null,
  error_message        text null,
  primary key (log_id),
  key cache_refresh_log_by_start (refresh_started_at),
  constraint a_refresh_status_is_known check (status in ('running', 'success', 'partial', 'failed', 'crashed'))
) engine = InnoDB default character set utf8mb4
