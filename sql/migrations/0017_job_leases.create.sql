-- Who is running a job just now. A courtesy between processes; no number depends on it.
create table job_leases (
  job         varchar(32) character set ascii not null,
  run_id      bigint unsigned not null,
  owner       char(32) character set ascii not null,
  host        varchar(255) not null,
  boot_id     varchar(64) character set ascii not null,
  pid         int unsigned not null,
  acquired_at datetime(3) not null,
  expires_at  datetime(3) not null,
  primary key (job)
) engine = InnoDB default character set utf8mb4
