-- The first and last time a ride was seen operating on each UTC day: who operated in any 7 days, without reading raw rows.
create table ride_operated_days (
  ride_id           int unsigned not null,
  operated_on       date not null,
  first_operated_at datetime not null,
  last_operated_at  datetime not null,
  primary key (ride_id, operated_on)
) engine = InnoDB default character set utf8mb4
