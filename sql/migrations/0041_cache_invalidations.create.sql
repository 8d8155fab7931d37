-- One row whenever bodies were told to be out of date, for every `serve` to take note of; kept for a day.
create table cache_invalidations (
  invalidation_id bigint unsigned not null auto_increment,
  kind            varchar(8) character set ascii not null,
  word            varchar(150) character set ascii not null,
  is_hard         boolean not null,
  made_at         datetime(3) not null,
  primary key (invalidation_id),
  constraint an_invalidation_kind_is_known check (kind in ('all', 'key', 'match', 'tag'))
) engine = InnoDB default character set utf8mb4
