import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ToyCache } from './toy-cache.ts'

const toy = (name: string, version: number) => ({ name, price: 1, quantity: 100 - version, version })

test('TOY-R1: a fill that began before an invalidation is not stored after it', () => {
  const cache = new ToyCache(10)
  cache.invalidate('Tux', 7)
  assert.equal(cache.fill(toy('Tux', 6)), false)
  assert.equal(cache.get('Tux'), undefined)
  assert.equal(cache.fill(toy('Tux', 7)), true)
  assert.equal(cache.get('Tux')?.version, 7)
})

test('TOY-R2 TOY-D2: two fills of one miss are one entry, and an invalidation leaves none', () => {
  const cache = new ToyCache(10)
  cache.fill(toy('Tux', 3))
  cache.fill(toy('Tux', 3))
  assert.equal(cache.size, 1)
  assert.equal(cache.fill(toy('Tux', 2)), false)
  cache.invalidate('Tux', 4)
  assert.deepEqual([cache.size, cache.get('Tux')], [0, undefined])
})

test('TOY-D13: a read is one step: what it returned stays whole when its toy is invalidated', () => {
  const cache = new ToyCache(10)
  cache.fill(toy('Tux', 3))
  const read = cache.get('Tux')
  cache.invalidate('Tux', 4)
  assert.deepEqual(read, toy('Tux', 3))
  assert.equal(cache.get('Tux'), undefined)
})

test('an invalidation that comes late or twice takes nothing newer away', () => {
  const cache = new ToyCache(10)
  cache.fill(toy('Tux', 5))
  cache.invalidate('Tux', 5)
  cache.invalidate('Tux', 4)
  assert.equal(cache.get('Tux')?.version, 5)
})

test('the toy that was read the longest ago makes room', () => {
  const cache = new ToyCache(2)
  cache.fill(toy('Tux', 1))
  cache.fill(toy('Whale', 1))
  cache.get('Tux')
  cache.fill(toy('Bird', 1))
  assert.deepEqual([cache.get('Whale'), cache.size], [undefined, 2])
  assert.ok(cache.get('Tux') && cache.get('Bird'))
})

test('a capacity of 0 stores nothing, and a cleared cache knows no versions', () => {
  assert.equal(new ToyCache(0).fill(toy('Tux', 1)), false)
  const cache = new ToyCache(1)
  cache.invalidate('Tux', 9)
  cache.clear()
  assert.equal(cache.fill(toy('Tux', 1)), true)
})

test('TOY-R1 TOY-R2: whatever comes in whatever order, no entry is older than the last invalidation of its toy', () => {
  const step = fc.record({
    kind: fc.constantFrom('fill', 'invalidate', 'get'),
    name: fc.constantFrom('Tux', 'Whale', 'Bird'),
    version: fc.nat(20),
  })
  fc.assert(
    fc.property(fc.array(step), fc.nat(3), (steps, capacity) => {
      const cache = new ToyCache(capacity)
      const invalidated = new Map<string, number>()
      for (const { kind, name, version } of steps) {
        if (kind === 'fill') cache.fill(toy(name, version))
        else if (kind === 'invalidate') {
          cache.invalidate(name, version)
          invalidated.set(name, Math.max(version, invalidated.get(name) ?? 0))
        }
        assert.ok(cache.size <= capacity)
        const found = kind === 'get' ? cache.get(name) : undefined
        if (found) assert.ok(found.version >= (invalidated.get(name) ?? 0))
      }
    }),
  )
})
