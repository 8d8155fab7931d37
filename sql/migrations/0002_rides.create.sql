-- Rides, each of one park; tier null means nobody has classified it.
create table rides (
  ride_id          int unsigned not null auto_increment,
  park_id          int unsigned not null,
  queue_times_id   int unsigned null,
  wiki_id          char(36) character set ascii null,
  name             varchar(255) not null,
  land             varchar(255) null,
  category         varchar(16) character set ascii not null default 'ATTRACTION',
  tier             tinyint unsigned null,
  is_active        boolean not null default true,
  last_operated_at datetime null,
  down_since       datetime null,
  created_at       datetime not null,
  updated_at       datetime not null,
  primary key (ride_id),
  unique key rides_have_one_queue_times_id (queue_times_id),
  unique key rides_have_one_wiki_id (wiki_id),
  key rides_by_park (park_id),
  constraint a_ride_belongs_to_a_park foreign key (park_id) references parks (park_id),
  constraint a_category_is_known check (category in ('ATTRACTION', 'SHOW', 'MEET_AND_GREET', 'EXPERIENCE')),
  constraint a_tier_is_1_2_or_3 check (tier between 1 and 3)
) engine = InnoDB default character set utf8mb4
