import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Lab, startLab } from '@chairlift/lab/start-lab.ts'
import pg from 'pg'
import { onlyRun, runRides } from '../harness/rides-experiment.ts'

/** Faults planted in the store by triggers, as if the service had them. Each must be found by the checks named. */
const planted = [
  {
    fault: 'a ride of lift 7 is acknowledged and never stored',
    table: 'rides',
    body: 'if new.lift_id = 7 then return null; end if; return new;',
    found: ['RID-I1', 'RID-I3'],
  },
  {
    fault: 'one skier in a hundred gets 10 m too much on the first ride',
    table: 'skier_days',
    body: 'if new.skier_id % 100 = 1 then new.vertical := new.vertical + 10; end if; return new;',
    found: ['RID-I2', 'RID-I3'],
  },
  {
    fault: 'visits are counted instead of different skiers',
    table: 'resort_days',
    body: 'new.skiers := new.rides; return new;',
    found: ['RID-I5'],
  },
  {
    fault: 'the count of rides does not agree with the rides',
    table: 'resort_days',
    body: 'new.rides := new.rides + 1; return new;',
    found: ['RID-I1', 'RID-I6'],
  },
]

describe('the verification of a run finds what is wrong', { timeout: 240_000 }, () => {
  let lab: Lab
  let database: pg.Client

  before(async () => {
    lab = await startLab({
      systems: ['rides'],
      environment: { PATH: process.env['PATH'] },
      log: () => undefined,
    })
    database = new pg.Client({ connectionString: lab.backing.databaseUrl })
    await database.connect()
  })
  after(async () => {
    await database?.end()
    await lab?.stop()
  })

  const run = async () =>
    await runRides({
      target: lab.systems['rides']?.url as string,
      threads: 8,
      requests: 3_000,
      parameters: 'skiers: 1000, completionQuietSeconds: 1',
    })

  test('nothing, when nothing is wrong', async () => {
    const result = await run()
    assert.deepEqual(
      onlyRun(result).verification.checks.filter(({ passed }) => !passed),
      [],
    )
    assert.equal(result.exitCode, 0, result.verdict)
  })

  for (const { fault, table, body, found } of planted)
    test(fault, async () => {
      await database.query(
        `create function planted() returns trigger language plpgsql as $$ begin ${body} end $$`,
      )
      await database.query(
        `create trigger planted before insert or update on ${table} for each row execute function planted()`,
      )
      try {
        const result = await run()
        const failed = onlyRun(result).verification.checks.filter(({ passed }) => !passed)
        for (const id of found)
          assert.ok(
            failed.some((check) => check.id === id),
            `${id} held in spite of the fault`,
          )
        assert.equal(result.exitCode, 96)
      } finally {
        await database.query('drop function planted cascade')
      }
    })
})
