import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planCells } from './plan-cells.ts'

const matrix = {
  threads: [1, 8],
  parameterMatrix: { resorts: [1, 10], keys: [true, false] },
  repetitions: 3,
  seed: 7,
} as const

test('every combination is run once in each repetition, and numbered without a gap', () => {
  const cells = planCells({ ...matrix, order: 'shuffled' })
  assert.equal(cells.length, 2 * 2 * 2 * 3)
  assert.deepEqual(
    cells.map(({ position }) => position),
    [...cells.keys()],
  )
  assert.deepEqual(
    cells.map(({ index }) => index).sort((a, b) => a - b),
    [...cells.keys()],
  )
  for (let repetition = 1; repetition <= 3; repetition++) {
    const block = cells.slice((repetition - 1) * 8, repetition * 8)
    assert.ok(block.every((cell) => cell.repetition === repetition))
    assert.equal(
      new Set(block.map(({ threads, parameters }) => JSON.stringify([threads, parameters]))).size,
      8,
    )
  }
})

test('the order comes from the seed, differs between repetitions, and changes no index', () => {
  const shuffled = planCells({ ...matrix, order: 'shuffled' })
  assert.deepEqual(planCells({ ...matrix, order: 'shuffled' }), shuffled)
  const orderOf = (repetition: number) =>
    shuffled.filter((cell) => cell.repetition === repetition).map(({ index }) => index % 8)
  assert.notDeepEqual(orderOf(1), orderOf(2))
  assert.notDeepEqual(planCells({ ...matrix, seed: 8, order: 'shuffled' }), shuffled)
  const listed = planCells({ ...matrix, order: 'listed' })
  assert.deepEqual(
    listed.map(({ index }) => index),
    listed.map(({ position }) => position),
  )
  const byIndex = (cells: typeof listed) =>
    [...cells].sort((a, b) => a.index - b.index).map(({ position: _, ...cell }) => cell)
  assert.deepEqual(byIndex(shuffled), byIndex(listed))
})
