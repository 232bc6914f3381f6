import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { decodeHistogram } from '../histogram/sparse-histogram.ts'
import { generateResultSchema, schemaFile } from './generate-schema.ts'
import { ResultFileError, readResult, writeResult } from './result-file.ts'
import type { Result } from './result-schema.ts'
import { makeExampleResult } from './testing/example-result.ts'

async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chairlift-result-'))
  context.after(() => rm(folder, { recursive: true }))
  return folder
}

test('a result comes back from its file as it was, and no temporary file stays', async (context) => {
  const folder = join(await temporaryFolder(context), 'made', 'on the way')
  const result = makeExampleResult({ threads: [1, 8], requests: 500, withFaults: true })
  const file = await writeResult(folder, result)
  assert.equal(file, join(folder, 'result.json'))
  assert.deepEqual(await readResult(file), result)
  await writeResult(folder, { ...result, failure: 'written again' })
  assert.equal((await readResult(file)).failure, 'written again')
  assert.deepEqual(await readdir(folder), ['result.json'])
})

test('a result that breaks its own schema is not written', async (context) => {
  const folder = await temporaryFolder(context)
  const wrong = { ...makeExampleResult({ threads: [1], requests: 10 }), exitCode: 7 } as unknown as Result
  assert.throws(() => writeResult(folder, wrong), /result\.json: not written: \/exitCode /)
  assert.deepEqual(await readdir(folder), [])
})

test('what cannot be put in place leaves neither a result nor a temporary file', async (context) => {
  const folder = await temporaryFolder(context)
  await writeFile(join(folder, 'occupied'), '')
  await assert.rejects(
    writeResult(join(folder, 'occupied'), makeExampleResult({ threads: [1], requests: 10 })),
  )
  assert.deepEqual(await readdir(folder), ['occupied'])
})

test('a file that is no result says what it is instead', async (context) => {
  const folder = await temporaryFolder(context)
  const file = join(folder, 'x.json')
  const expectMessage = async (content: string, message: RegExp) => {
    await writeFile(file, content)
    await assert.rejects(
      readResult(file),
      (error) => error instanceof ResultFileError && message.test(error.message),
    )
  }
  await expectMessage('<html>', /x\.json: not JSON; expected the result\.json/)
  await expectMessage('', /not JSON/)
  for (const other of ['[]', 'null', '3', '{"name": "package"}'])
    await expectMessage(other, /no result of Chairlift/)
  await expectMessage('{"schemaVersion": 0}', /an older Chairlift: schema version 0, expected 1/)
  await expectMessage('{"schemaVersion": 99}', /a newer Chairlift: schema version 99, expected 1/)
  const result = makeExampleResult({ threads: [1], requests: 10 })
  await expectMessage(JSON.stringify({ ...result, runs: [{ threads: 'many' }] }), /damaged: \/runs\/0 /)
  await assert.rejects(readResult(join(folder, 'missing.json')), /missing\.json: there is no such file/)
  await assert.rejects(readResult(folder), /cannot be read \(EISDIR\)/)
})

test('the committed JSON Schema is the one of the code (else: node loadgen/result/generate-schema.ts)', () => {
  const committed: unknown = JSON.parse(readFileSync(schemaFile, 'utf8'))
  assert.equal(JSON.stringify(committed), JSON.stringify(JSON.parse(generateResultSchema())))
})

test('a foreign validator accepts a result by the committed schema and refuses a key too many or too few', () => {
  const validate = new Ajv2020().compile(JSON.parse(readFileSync(schemaFile, 'utf8')))
  const result = makeExampleResult({
    threads: [1, 4],
    repetitions: 2,
    requests: 400,
    withFaults: true,
    troubled: true,
  })
  assert.ok(validate(result), JSON.stringify(validate.errors))
  assert.ok(!validate({ ...result, extra: 1 }))
  const { environment: _, ...without } = result
  assert.ok(!validate(without))
})

test('the histogram of an operation is the mergeable one of the engine', () => {
  const [run] = makeExampleResult({ threads: [8], requests: 5000 }).runs
  const operation = run?.operations.writeNewLiftRide
  assert.ok(operation)
  assert.equal(decodeHistogram(operation.histogram).percentileUs(99) / 1000, operation.latencyMs.p99)
})
