import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { parseExperiment } from '../experiment/parse-experiment.ts'
import { readParameters } from '../run/workload-parameters.ts'
import { findWorkload } from '../workloads/all-workloads.ts'

test('every shipped experiment is valid, names a workload and gives it parameters it understands', async () => {
  const folder = new URL('./', import.meta.url)
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml'))
  assert.ok(files.includes('smoke.yaml'))
  for (const file of files) {
    const experiment = parseExperiment(await readFile(new URL(file, folder), 'utf8'), file)
    assert.equal(`${experiment.name}.yaml`, file)
    const workload = findWorkload(experiment.workload)
    readParameters(workload.name, workload.parameters, experiment.parameters)
  }
})
