import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { badSpecs, soundSpec } from '@chairlift/operator/queue-scaler/bad-specs.ts'
import { kubectl } from '../../harness/cluster/cluster.ts'
import type { CommandFailed } from '../../harness/cluster/command.ts'
import { applyDefinitions } from '../../harness/cluster/operator/scaler-lab.ts'
import { createNamespace, deleteNamespace } from '../../harness/cluster/release.ts'

let namespace = ''
const manifest = (spec: object, name = 'sound') =>
  JSON.stringify({ apiVersion: 'chairlift.dev/v1alpha1', kind: 'QueueScaler', metadata: { name }, spec })
const apply = (input: string, ...options: string[]) =>
  kubectl(['apply', '--namespace', namespace, ...options, '--filename', '-'], { input })

before(async () => {
  await applyDefinitions()
  namespace = await createNamespace()
  await apply(manifest(soundSpec))
})
after(() => deleteNamespace(namespace))

test('every bad spec is refused by the API server with a sentence that says what to change', async (t) => {
  assert.ok(badSpecs.length >= 25)
  for (const { title, change, at, says, update } of badSpecs)
    await t.test(title, async (each) => {
      const spec = { ...soundSpec, ...change }
      await assert.rejects(
        apply(manifest(spec, update ? 'sound' : 'bad'), '--dry-run=server'),
        ({ output }: CommandFailed) => {
          each.diagnostic(output.trim().replaceAll('\n', ' ').slice(0, 400))
          assert.ok(output.includes(at), `${at} is not named in: ${output}`)
          assert.ok(output.includes(says), `"${says}" is not said in: ${output}`)
          return true
        },
      )
    })
})

test('kubectl explain tells what each field means', async () => {
  const text = await kubectl(['explain', 'queuescaler.spec', '--recursive'])
  for (const field of ['scaleTargetRef', 'maxMessageAge', 'behavior', 'stabilizationWindowSeconds', 'brake'])
    assert.ok(text.includes(field), field)
})
