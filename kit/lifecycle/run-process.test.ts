import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Fixture, startFixture } from '../testing/start-fixture.ts'

const phasesOf = (fixture: Fixture) =>
  fixture.lines.map((line) => line.msg).filter((message) => message.startsWith('phase '))

describe('a process', { concurrency: 4 }, () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    test(`runs its phases backwards on ${signal} and exits 0`, async () => {
      await using fixture = startFixture('lifecycle-process')
      await fixture.line('started')
      fixture.child.kill(signal)
      assert.equal(await fixture.exit, 0)
      assert.deepEqual(phasesOf(fixture), ['phase second', 'phase first'])
      assert.equal(fixture.lines.at(-1)?.['phase'], 'close the admin port')
    })

  test('serves on, not ready, for STOP_DELAY_MS after SIGTERM', async () => {
    await using fixture = startFixture('lifecycle-process', { STOP_DELAY_MS: '1500' })
    const { adminPort } = await fixture.line('admin port open')
    await fixture.line('started')
    assert.equal((await fetch(`http://127.0.0.1:${adminPort}/readyz`)).status, 200)
    fixture.child.kill('SIGTERM')
    await fixture.line('stopping')
    const ready = await fetch(`http://127.0.0.1:${adminPort}/readyz`)
    assert.equal(ready.status, 503)
    assert.deepEqual(await ready.json(), { ready: false, missing: { process: 'stopping' } })
    assert.equal((await fetch(`http://127.0.0.1:${adminPort}/livez`)).status, 200)
    assert.deepEqual(phasesOf(fixture), [])
    assert.equal(await fixture.exit, 0)
  })

  test('exits 1 at once on a second signal', async () => {
    await using fixture = startFixture('lifecycle-process', { STOP_DELAY_MS: '60000' })
    await fixture.line('started')
    fixture.child.kill('SIGTERM')
    await fixture.line('stopping')
    fixture.child.kill('SIGTERM')
    assert.equal(await fixture.exit, 1)
    assert.deepEqual(phasesOf(fixture), [])
  })

  test('that waits STOP_DELAY_MS is not held up by SIGINT', async () => {
    await using fixture = startFixture('lifecycle-process', { STOP_DELAY_MS: '60000' })
    await fixture.line('started')
    fixture.child.kill('SIGINT')
    assert.equal(await fixture.exit, 0)
  })

  for (const mode of ['hanging-phase', 'failing-phase'])
    test(`with a ${mode} runs the other phases and exits 1`, async () => {
      await using fixture = startFixture('lifecycle-process', { MODE: mode })
      await fixture.line('started')
      fixture.child.kill('SIGTERM')
      assert.equal(await fixture.exit, 1)
      assert.deepEqual(phasesOf(fixture), ['phase second', 'phase first'])
    })

  test('whose start fails undoes what was started and exits 1', async () => {
    await using fixture = startFixture('lifecycle-process', { MODE: 'failing-start' })
    assert.equal(await fixture.exit, 1)
    assert.deepEqual(phasesOf(fixture), ['phase second', 'phase first'])
    assert.equal(
      fixture.lines.some((line) => line.msg === 'started'),
      false,
    )
  })

  test('that is stopped while it starts exits 0', async () => {
    await using fixture = startFixture('lifecycle-process', { MODE: 'slow-start' })
    await fixture.line('waiting')
    fixture.child.kill('SIGTERM')
    assert.equal(await fixture.exit, 0)
    assert.deepEqual(phasesOf(fixture), ['phase second', 'phase first'])
    assert.equal(
      fixture.lines.some((line) => line.msg === 'start failed'),
      false,
    )
  })

  for (const [mode, message] of [
    ['exception', 'uncaught exception'],
    ['rejection', 'unhandled rejection'],
  ] as const)
    test(`with an ${message} exits 1 and logs it`, async () => {
      await using fixture = startFixture('lifecycle-process', { MODE: mode })
      assert.equal(await fixture.exit, 1)
      const { err } = await fixture.line(message)
      assert.match((err as Error).message, /outside of everything/)
    })

  test('warns of a misspelt setting', async () => {
    await using fixture = startFixture('lifecycle-process', { LOG_LEVLE: 'debug' })
    await fixture.line('LOG_LEVLE is not a setting; did you mean LOG_LEVEL?')
  })
})
