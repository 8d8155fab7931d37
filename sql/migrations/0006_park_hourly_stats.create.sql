-- One row a park and hour: sums that merge exactly. Averages are generated from them and never stored.
create table park_hourly_stats (
  hour_start                 datetime not null,
  park_id                    int unsigned not null,
  sample_count               int unsigned not null,
  open_minutes               int unsigned not null,
  score_minutes              decimal(16, 6) not null,
  weighted_minutes_down      bigint unsigned not null,
  wait_sum                   bigint unsigned not null,
  wait_samples               int unsigned not null,
  wait_max                   smallint unsigned null,
  ride_minutes_operating     int unsigned not null,
  ride_minutes_down          int unsigned not null,
  ride_minutes_closed        int unsigned not null,
  ride_minutes_refurbishment int unsigned not null,
  ride_minutes_unknown       int unsigned not null,
  first_operated_at          datetime null,
  last_operated_at           datetime null,
  is_complete                boolean not null,
  formula_version            smallint unsigned not null,
  filled_at                  datetime not null,
  avg_wait_minutes           decimal(9, 4) generated always as (wait_sum / nullif(wait_samples, 0)) virtual,
  avg_shame_score            decimal(9, 6) generated always as (score_minutes / nullif(open_minutes, 0)) virtual,
  primary key (hour_start, park_id),
  key park_hourly_stats_by_park (park_id, hour_start)
) engine = InnoDB default character set utf8mb4
  partition by range columns (hour_start) (partition past values less than ('2000-01-01'))
