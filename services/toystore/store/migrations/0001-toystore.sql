-- The log of commands, where Postgres is its driver. One row of heads a log: its lock puts writers in line, so that
-- offsets become visible in order and without a gap.
create table toystore_log_heads (
  log text primary key,
  next_offset bigint not null default 0
);
create table toystore_log (
  log text not null,
  "offset" bigint not null,
  id text not null,
  body bytea not null,
  written_at timestamptz not null default clock_timestamp(),
  primary key (log, "offset")
);

-- Snapshots of the state, in parts, for replicas without one; whatever the driver of the log is.
create table toystore_snapshots (
  log text not null,
  "offset" bigint not null,
  sha256 text not null,
  parts integer not null,
  taken_at timestamptz not null default now(),
  primary key (log, "offset")
);
create table toystore_snapshot_parts (
  log text not null,
  "offset" bigint not null,
  part integer not null,
  body bytea not null,
  primary key (log, "offset", part),
  foreign key (log, "offset") references toystore_snapshots on delete cascade
);
