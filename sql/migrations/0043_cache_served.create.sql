-- One row a key of the shelf that was asked for: how often, and how often its body was not there.
create table cache_served (
  cache_key      varchar(150) character set ascii not null,
  served         bigint unsigned not null,
  missed         bigint unsigned not null,
  last_served_at datetime(3) not null,
  primary key (cache_key)
) engine = InnoDB default character set utf8mb4
