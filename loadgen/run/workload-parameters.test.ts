import assert from 'node:assert/strict'
import { test } from 'node:test'
import { workloads } from '../workloads/all-workloads.ts'
import { ridesWrite } from '../workloads/rides/rides-write.ts'
import { ParametersError, readParameters } from './workload-parameters.ts'

test('parameters that are left out get their defaults, in every workload', () => {
  for (const workload of workloads) {
    const parameters = readParameters(workload.name, workload.parameters, {})
    assert.ok(
      Object.values(parameters).every((value) => value !== undefined),
      workload.name,
    )
  }
  assert.equal(readParameters(ridesWrite.name, ridesWrite.parameters, {})['requests'], 200_000)
})

test('all wrong parameters are named at once, unknown ones with what was probably meant', () => {
  assert.throws(
    () => readParameters(ridesWrite.name, ridesWrite.parameters, { reqests: 1, lifts: 61, order: 'odd' }),
    (error: Error) => {
      assert.ok(error instanceof ParametersError)
      assert.match(error.message, /reqests: unknown; did you mean requests\?/)
      assert.match(error.message, /lifts: must be <= 60, got 61/)
      assert.match(error.message, /order: .*"odd"/)
      return true
    },
  )
})
