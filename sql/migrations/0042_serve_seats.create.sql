-- One row a running `serve`: the last invalidation it took note of, and how many of its own bodies that met.
create table serve_seats (
  seat_id         bigint unsigned not null auto_increment,
  host            varchar(255) not null,
  pid             int unsigned not null,
  invalidation_id bigint unsigned not null,
  bodies_met      int unsigned not null,
  beaten_at       datetime(3) not null,
  primary key (seat_id)
) engine = InnoDB default character set utf8mb4
