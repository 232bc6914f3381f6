import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { fillReadme, readmeFile, valuesFile } from './generate-readme.ts'
import { chartFolder } from './testing/chart-tools.ts'
import { render } from './testing/render.ts'

const refused: [string[], RegExp][] = [
  [['rides.api.replicaz=3'], /\/rides\/api'?: additional properties 'replicaz' not allowed/],
  [['image.tag=latest'], /\/image\/tag/],
  [['rides.api.replicas=many'], /\/rides\/api\/replicas/],
  [['rides.writer.settings.AMQP_URL=elsewhere'], /invalid propertyName 'AMQP_URL'/],
  [['rides.api.resources.requests.cpu=null'], /\/rides\/api\/resources\/requests/],
  [
    ['postgres.external.existingSecret=mine'],
    /postgres\.create is true, but postgres\.external names another/,
  ],
  [['rabbitmq.create=false'], /rabbitmq\.create is false: say where the server is/],
  [['rides.api.ingress.enabled=true'], /networkPolicy\.clients lets nobody in/],
  [['rides.api.autoscaling.minReplicas=9'], /rides\.api\.autoscaling\.minReplicas is greater than/],
]
for (const [set, message] of refused)
  test(`--set ${set} is refused with a sentence that says where`, async () => {
    await assert.rejects(render('', set), message)
  })

test('every object of the schema is closed, but for maps that the user names', async () => {
  const schema = JSON.parse(await readFile(`${chartFolder}values.schema.json`, 'utf8')) as object
  const open: string[] = []
  const walk = (at: string, node: unknown) => {
    if (typeof node !== 'object' || node === null) return
    const { type, properties, additionalProperties, maxProperties } = node as Record<string, unknown>
    const closed = additionalProperties === false || maxProperties === 0
    // A map has values of one type and no named properties.
    const map = properties === undefined && typeof additionalProperties === 'object'
    if (type === 'object' && !closed && !map) open.push(at)
    for (const [key, child] of Object.entries(node)) walk(`${at}/${key}`, child)
  }
  walk('', schema)
  assert.deepEqual(open, [])
})

test('the README lists every value as values.yaml has it (else: node charts/generate-readme.ts)', async () => {
  const readme = await readFile(readmeFile, 'utf8')
  assert.equal(readme, fillReadme(readme, await readFile(valuesFile, 'utf8')))
})
