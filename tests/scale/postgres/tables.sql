-- The rows that are summed and the rows that are filled, as PostgreSQL would have them: narrow types, wide columns first, a partition a day.
create type ride_state as enum ('operating', 'down', 'closed', 'refurbishment', 'unknown');
create type ride_status as enum ('OPERATING', 'DOWN', 'CLOSED', 'REFURBISHMENT');
create table ride_snapshots (
  hour_start       timestamp not null,
  ride_id          integer not null,
  park_id          integer not null,
  wait_minutes     smallint,
  age_minutes      smallint,
  minute           smallint not null,
  weight           smallint not null,
  interval_minutes smallint not null,
  state            ride_state not null,
  status           ride_status,
  reported_open    boolean,
  park_is_open     boolean not null,
  in_service       boolean not null,
  operated         boolean not null,
  outage_began     boolean not null
) partition by range (hour_start);
do $$
begin
  for day in 0..40 loop
    execute format('create table ride_snapshots_%s partition of ride_snapshots for values from (%L) to (%L)',
                   day, timestamp '2026-06-01' + day * interval '1 day', timestamp '2026-06-02' + day * interval '1 day');
  end loop;
end $$;
create table ride_hourly_stats (
  hour_start            timestamp not null,
  ride_id               integer not null,
  park_id               integer not null,
  sample_count          integer not null,
  open_minutes          integer not null,
  outages               integer not null,
  weighted_minutes_down integer not null,
  wait_sum              integer not null,
  wait_samples          integer not null,
  wait_max              smallint,
  minutes_operating     integer not null,
  minutes_down          integer not null,
  minutes_closed        integer not null,
  minutes_refurbishment integer not null,
  minutes_unknown       integer not null,
  first_operated_at     timestamp,
  last_operated_at      timestamp,
  is_complete           boolean not null,
  formula_version       smallint not null,
  filled_at             timestamp not null,
  primary key (hour_start, ride_id)
);
create index on ride_hourly_stats (ride_id, hour_start);
