-- One row a migration: applying while its statement runs, applied when it is done.
create table if not exists schema_migrations (
  number     smallint unsigned not null,
  name       varchar(128) character set ascii not null,
  checksum   char(64) character set ascii not null,
  state      varchar(8) character set ascii not null,
  owner      char(32) character set ascii not null,
  started_at datetime(3) not null,
  applied_at datetime(3) null,
  primary key (number),
  constraint a_migration_state_is_known check (state in ('applying', 'applied'))
) engine = InnoDB default character set utf8mb4
