-- The shelf: one finished JSON body a view and choice of parameters.
create table cached_api_views (
  cache_id           int unsigned not null auto_increment,
  cache_key          varchar(150) character set ascii not null,
  view_type          varchar(32) character set ascii not null,
  period             varchar(32) character set ascii null,
  filter_type        varchar(50) character set ascii null,
  result_json        longtext not null,
  record_count       int unsigned not null,
  generated_at       datetime(3) not null,
  generation_time_ms int unsigned not null,
  data_through       datetime null,
  due_at             datetime(3) not null,
  primary key (cache_id),
  unique key a_cache_key_is_shelved_once (cache_key),
  key cached_api_views_by_generation (generated_at),
  key cached_api_views_by_due (due_at)
) engine = InnoDB default character set utf8mb4
