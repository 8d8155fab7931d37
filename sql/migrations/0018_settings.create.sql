-- Facts about the whole database, by name: first_slot, marked_from, marked_through, catalogue_read_at, pruned_through.
create table settings (
  name  varchar(64) character set ascii not null,
  value varchar(255) not null,
  primary key (name)
) engine = InnoDB default character set utf8mb4
