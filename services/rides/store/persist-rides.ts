import type { Pool } from '@chairlift/kit/postgres/open-pool.ts'
import { query } from '@chairlift/kit/postgres/statement.ts'
import type { LiftRideEvent } from '../lift-ride.ts'

/**
 * One statement a batch, hence one transaction: rides not seen before are stored, and only those enter the
 * aggregates. All keys are taken in sorted order, so that writers with overlapping batches cannot deadlock; the
 * few rows that every writer updates (resort_days) come last and are locked for the shortest time.
 *
 * `xmax = 0` holds for a row that this statement inserted rather than updated: the skier's first ride there.
 */
const persistRidesStatement = {
  name: 'persist-rides',
  text: `
with batch as (
  select * from unnest($1::uuid[], $2::int[], $3::int[], $4::text[], $5::smallint[], $6::smallint[], $7::smallint[])
    as ride (id, skier_id, resort_id, season_id, day_id, minute, lift_id)
), fresh as (
  insert into rides (id, skier_id, resort_id, season_id, day_id, minute, lift_id)
  select id, skier_id, resort_id, season_id, day_id, minute, lift_id from batch order by skier_id, id
  on conflict do nothing
  returning skier_id, resort_id, season_id, day_id, lift_id
), skier as (
  insert into skier_days (skier_id, season_id, day_id, resort_id, vertical, rides)
  select skier_id, season_id, day_id, resort_id, 10 * sum(lift_id), count(*)
    from fresh group by skier_id, season_id, day_id, resort_id order by skier_id, season_id, day_id, resort_id
  on conflict (skier_id, season_id, day_id, resort_id) do update
    set vertical = skier_days.vertical + excluded.vertical, rides = skier_days.rides + excluded.rides
  returning resort_id, season_id, day_id, xmax = 0 as first_ride
), resort as (
  insert into resort_days (resort_id, season_id, day_id, skiers, rides)
  select resort_id, season_id, day_id, sum(skiers), sum(rides) from (
    select resort_id, season_id, day_id, 0 as skiers, count(*) as rides from fresh group by 1, 2, 3
    union all
    select resort_id, season_id, day_id, count(*), 0 from skier where first_ride group by 1, 2, 3
  ) as added group by resort_id, season_id, day_id order by resort_id, season_id, day_id
  on conflict (resort_id, season_id, day_id) do update
    set skiers = resort_days.skiers + excluded.skiers, rides = resort_days.rides + excluded.rides
  returning resort_id, season_id, xmax = 0 as first_ride
), resort_name as (
  insert into resorts (resort_id, name)
  select distinct resort_id, 'Resort ' || resort_id from resort where first_ride order by resort_id
  on conflict do nothing
)
insert into seasons (resort_id, season_id)
select distinct resort_id, season_id from resort where first_ride order by resort_id, season_id
on conflict do nothing`,
}

/**
 * Stores rides durably and exactly once.
 *
 * @param rides ids must differ within the call
 * @throws DependencyUnavailable when Postgres cannot be used; the driver's error when a ride is at fault
 */
export async function persistRides(pool: Pool, rides: readonly LiftRideEvent[]): Promise<void> {
  await query(pool, persistRidesStatement, [
    rides.map((ride) => ride.id),
    rides.map((ride) => ride.skierID),
    rides.map((ride) => ride.resortID),
    rides.map((ride) => ride.seasonID),
    rides.map((ride) => ride.dayID),
    rides.map((ride) => ride.time),
    rides.map((ride) => ride.liftID),
  ])
}
