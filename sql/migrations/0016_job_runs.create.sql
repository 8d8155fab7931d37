-- One row a run of a job: who ran it, how it ended, and the one line it said.
create table job_runs (
  run_id      bigint unsigned not null auto_increment,
  job         varchar(32) character set ascii not null,
  data_time   datetime(3) not null,
  started_at  datetime(3) not null,
  finished_at datetime(3) null,
  status      varchar(8) character set ascii not null,
  host        varchar(255) not null,
  pid         int unsigned not null,
  summary     text null,
  error       text null,
  primary key (run_id),
  key job_runs_by_job (job, started_at),
  constraint a_run_status_is_known check (status in ('running', 'success', 'partial', 'failed', 'crashed'))
) engine = InnoDB default character set utf8mb4
