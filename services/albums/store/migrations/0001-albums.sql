-- An album is here only after its image is in the blob store, under the album's id. Rows never change.
create table albums (
  id           uuid    primary key,
  artist       text    not null,
  title        text    not null,
  year         text    not null,
  image_type   text    not null,
  image_bytes  integer not null,
  image_sha256 bytea   not null
);

-- Every review, exactly once. A review of an album that is gone violates the reference and is parked.
create table reviews (
  album_id uuid    not null references albums on delete cascade,
  id       uuid    not null,
  liked    boolean not null,
  primary key (album_id, id)
);

-- Counts of an album, kept in the same transaction as the reviews they sum. Each reviewer process writes rows of a
-- stripe of its own, so that reviewers do not wait for each other at an album that everybody reviews.
create table review_counts (
  album_id uuid     not null references albums on delete cascade,
  stripe   smallint not null,
  likes    bigint   not null,
  dislikes bigint   not null,
  primary key (album_id, stripe)
) with (fillfactor = 70); -- updated often: room for heap-only updates
