import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import Type from 'typebox'
import { startFixture } from '../testing/start-fixture.ts'
import { ConfigError, environmentName, findLikelyTypos, isSecret, loadConfig } from './load-config.ts'

const schema = Type.Object({
  maxInFlight: Type.Integer({ default: 5, minimum: 1, maximum: 100, description: 'Requests.' }),
  ratio: Type.Number({ default: 0.5, minimum: 0, maximum: 1, description: 'Share.' }),
  verbose: Type.Boolean({ default: false, description: 'Talk more.' }),
  name: Type.String({ minLength: 1, description: 'Name of it.' }),
  amqpUrl: Type.String({ pattern: '^amqp://\\S+$', secret: true, description: 'RabbitMQ.' }),
  nickname: Type.Optional(Type.String({ description: 'May be missing.' })),
})
const complete = { NAME: 'one', AMQP_URL: 'amqp://u:p@h' }

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    loadConfig(schema, environment)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems
  }
  return []
}

describe('settings from the environment', () => {
  test('take defaults, converted values and optional absence', () => {
    const config = loadConfig(schema, { ...complete, MAX_IN_FLIGHT: '7', VERBOSE: '1', RATIO: '0.25' })
    assert.deepEqual(config, {
      maxInFlight: 7,
      ratio: 0.25,
      verbose: true,
      name: 'one',
      amqpUrl: 'amqp://u:p@h',
    })
  })

  test('are frozen', () => {
    const config = loadConfig(schema, complete) as Record<string, unknown>
    assert.throws(() => {
      config['name'] = 'two'
    }, TypeError)
  })

  test('name every wrong variable at once, with what was expected', () => {
    const problems = problemsOf({ MAX_IN_FLIGHT: 'many', RATIO: '2', VERBOSE: 'yes', AMQP_URL: 'http://x' })
    assert.deepEqual(
      problems.map((problem) => problem.split(':')[0]),
      ['MAX_IN_FLIGHT', 'RATIO', 'VERBOSE', 'NAME', 'AMQP_URL'],
    )
    assert.match(problems[0] ?? '', /"many".*Requests\./)
    assert.match(problems[3] ?? '', /is required: Name of it\./)
  })

  const wrongIntegers = [
    '',
    ' ',
    'ten',
    '-1',
    '0',
    '101',
    '5.5',
    '1e2',
    '0x10',
    '+5',
    ' 5',
    '5 ',
    'NaN',
    'Infinity',
  ]
  for (const value of [...wrongIntegers, '9'.repeat(400)])
    test(`refuse the integer "${value.slice(0, 12)}"`, () => {
      const problems = problemsOf({ ...complete, MAX_IN_FLIGHT: value })
      assert.equal(problems.length, 1)
      assert.match(problems[0] ?? '', /^MAX_IN_FLIGHT: /)
    })

  for (const value of ['', 'TRUE', 'yes', '2', 'on'])
    test(`refuse the boolean "${value}"`, () => {
      assert.equal(problemsOf({ ...complete, VERBOSE: value }).length, 1)
    })

  test('say of an empty text that it is empty', () => {
    assert.match(problemsOf({ ...complete, NAME: '' })[0] ?? '', /^NAME: .*got an empty text/)
  })

  test('never show a wrong secret', () => {
    const problems = problemsOf({ ...complete, AMQP_URL: 'hunter2' })
    assert.match(problems[0] ?? '', /^AMQP_URL: .*\(not shown\)/)
    assert.doesNotMatch(problems.join(), /hunter2/)
    assert.deepEqual(
      Object.entries(schema.properties).flatMap(([name, property]) => (isSecret(property) ? [name] : [])),
      ['amqpUrl'],
    )
  })

  test('shorten a long wrong value', () => {
    assert.ok((problemsOf({ ...complete, MAX_IN_FLIGHT: 'x'.repeat(10_000) })[0] ?? '').length < 300)
  })
})

describe('a setting from a file', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chairlift-config-'))
  })
  after(() => rm(folder, { recursive: true }))

  for (const [ending, name] of [
    ['', 'without'],
    ['\n', 'with a Unix'],
    ['\r\n', 'with a Windows'],
  ] as const)
    test(`is read ${name} line end`, async () => {
      const file = join(folder, `name-${ending.length}`)
      await writeFile(file, `from file${ending}`)
      assert.equal(loadConfig(schema, { AMQP_URL: 'amqp://h', NAME_FILE: file }).name, 'from file')
    })

  test('is checked like any other, and a secret in it never shown', async () => {
    const file = join(folder, 'secret')
    await writeFile(file, 'hunter2\n')
    const problems = problemsOf({ NAME: 'one', AMQP_URL_FILE: file })
    assert.match(problems[0] ?? '', /^AMQP_URL: /)
    assert.doesNotMatch(problems.join(), /hunter2/)
  })

  test('that is absent is one problem, not also a missing setting', () => {
    const problems = problemsOf({ NAME: 'one', AMQP_URL_FILE: join(folder, 'absent') })
    assert.equal(problems.length, 1)
    assert.match(problems[0] ?? '', /^AMQP_URL_FILE: cannot read .*ENOENT/)
  })

  // Root may read everything, so a folder stands for the file that cannot be read.
  test('that cannot be read says why', () => {
    assert.match(problemsOf({ NAME: 'one', AMQP_URL_FILE: folder })[0] ?? '', /AMQP_URL_FILE: .*EISDIR/)
  })

  test('and from the environment as well is refused', () => {
    const problems = problemsOf({ ...complete, AMQP_URL_FILE: join(folder, 'absent') })
    assert.equal(problems.length, 1)
    assert.match(problems[0] ?? '', /AMQP_URL_FILE: set together with AMQP_URL/)
  })
})

describe('misspelt variables', () => {
  for (const typo of ['AMPQ_URL', 'AMQP_URLS', 'AMQP_UR', 'AMQP_URI', 'MAX_INFLIGHT', 'MAX_IN_FLIGHT_'])
    test(`${typo} is warned of`, () => {
      assert.equal(findLikelyTypos(schema, { [typo]: 'x' }).length, 1)
    })

  test('foreign variables, right ones and files are not', () => {
    const environment = { PATH: '', HOME: '', AMQP_URL: '', NAME_FILE: '', RATIO: '', DATABASE_URL: '' }
    assert.deepEqual(findLikelyTypos(schema, environment), [])
  })
})

test('a property becomes the variable in capitals', () => {
  assert.equal(environmentName('maxInFlight'), 'MAX_IN_FLIGHT')
})

test('a process with a wrong configuration exits 78 and prints each problem, but no secret', async () => {
  await using fixture = startFixture('lifecycle-process', {
    SIZE: 'big',
    SECRET_WORD: 'HUNTER2',
    LOG_LEVEL: 'loud',
  })
  assert.equal(await fixture.exit, 78)
  assert.match(fixture.stderr(), /fixture: wrong configuration:\n/)
  for (const name of ['SIZE', 'SECRET_WORD', 'LOG_LEVEL'])
    assert.match(fixture.stderr(), new RegExp(`^  ${name}: `, 'm'))
  assert.doesNotMatch(fixture.stderr(), /HUNTER2/)
})
