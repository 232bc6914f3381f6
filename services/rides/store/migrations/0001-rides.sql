-- Every ride, exactly once. The skier leads the key, so that a skier's rides lie together.
create table rides (
  id        uuid     not null,
  skier_id  integer  not null,
  resort_id integer  not null,
  season_id text     not null,
  day_id    smallint not null,
  minute    smallint not null,
  lift_id   smallint not null,
  primary key (skier_id, id)
);
-- Rides of a resort's day by lift and by hour; few distinct keys, so the index stays small (deduplicated).
create index rides_of_day on rides (resort_id, season_id, day_id, lift_id, minute);

-- What a skier did on a day, kept in the same transaction as the rides it sums.
create table skier_days (
  skier_id  integer  not null,
  season_id text     not null,
  day_id    smallint not null,
  resort_id integer  not null,
  vertical  bigint   not null,
  rides     integer  not null,
  primary key (skier_id, season_id, day_id, resort_id)
);

-- What happened at a resort on a day. skiers counts different skiers, not visits.
create table resort_days (
  resort_id integer  not null,
  season_id text     not null,
  day_id    smallint not null,
  skiers    bigint   not null,
  rides     bigint   not null,
  primary key (resort_id, season_id, day_id)
) with (fillfactor = 50); -- few rows, updated by every batch: room for heap-only updates

create table resorts (
  resort_id integer primary key,
  name      text not null
);
insert into resorts values
  (0, 'Creek Lake'), (1, 'Mission Ridge'), (2, 'Heather Canyon'), (3, 'Silver Basin'), (4, 'Cedar Pass'),
  (5, 'North Bowl'), (6, 'Granite Peak'), (7, 'Powder Creek'), (8, 'Eagle Saddle'), (9, 'Larch Mountain'),
  (10, 'Summit East');

create table seasons (
  resort_id integer not null,
  season_id text    not null,
  primary key (resort_id, season_id)
);
