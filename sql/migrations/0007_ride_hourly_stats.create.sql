-- One row a ride and hour: sums that merge exactly.
create table ride_hourly_stats (
  hour_start            datetime not null,
  ride_id               int unsigned not null,
  park_id               int unsigned not null,
  sample_count          int unsigned not null,
  open_minutes          int unsigned not null,
  outages               int unsigned not null,
  weighted_minutes_down int unsigned not null,
  wait_sum              int unsigned not null,
  wait_samples          int unsigned not null,
  wait_max              smallint unsigned null,
  minutes_operating     int unsigned not null,
  minutes_down          int unsigned not null,
  minutes_closed        int unsigned not null,
  minutes_refurbishment int unsigned not null,
  minutes_unknown       int unsigned not null,
  first_operated_at     datetime null,
  last_operated_at      datetime null,
  is_complete           boolean not null,
  formula_version       smallint unsigned not null,
  filled_at             datetime not null,
  avg_wait_minutes      decimal(9, 4) generated always as (wait_sum / nullif(wait_samples, 0)) virtual,
  primary key (hour_start, ride_id),
  key ride_hourly_stats_by_ride (ride_id, hour_start)
) engine = InnoDB default character set utf8mb4
  partition by range columns (hour_start) (partition past values less than ('2000-01-01'))
