import fc from 'fast-check'
import { expect, test } from 'vitest'
import { merge, type Update, type Window } from '../../../web-playground/src/live/merge.ts'

interface Bucket {
  readonly timestamp: number
  readonly value: number
}

const at = (timestamp: number, value = 0): Bucket => ({ timestamp, value })
const held = (...buckets: Bucket[]): Window<Bucket> => ({ cursor: 'old', buckets })
const update = (kind: 'SNAPSHOT' | 'DELTA', buckets: Bucket[], removed: number[] = []): Update<Bucket> => ({
  kind,
  cursor: 'new',
  removed,
  changed: { buckets },
})

test('a SNAPSHOT replaces what is held', () => {
  expect(merge(held(at(1), at(2)), update('SNAPSHOT', [at(2, 5), at(3)])).buckets).toEqual([at(2, 5), at(3)])
})

test('a DELTA puts its buckets over those with the same timestamp and keeps the rest', () => {
  expect(merge(held(at(1), at(2)), update('DELTA', [at(2, 5), at(3)])).buckets).toEqual([
    at(1),
    at(2, 5),
    at(3),
  ])
})

test('a DELTA drops what left the window', () => {
  expect(merge(held(at(1), at(2), at(3)), update('DELTA', [at(4)], [1, 2])).buckets).toEqual([at(3), at(4)])
})

test('a bucket that is both removed and changed is there as changed', () => {
  expect(merge(held(at(1)), update('DELTA', [at(1, 9)], [1])).buckets).toEqual([at(1, 9)])
})

test('a removal of what is not held is nothing', () => {
  expect(merge(held(at(1)), update('DELTA', [], [7])).buckets).toEqual([at(1)])
})

test('a DELTA onto nothing is what it carries', () => {
  expect(merge(null, update('DELTA', [at(1)], [0])).buckets).toEqual([at(1)])
})

test('the cursor is the latest, also of an empty DELTA', () => {
  expect(merge(held(at(1)), update('DELTA', []))).toEqual({ cursor: 'new', buckets: [at(1)] })
})

test('what was held is left as it was', () => {
  const before = held(at(1), at(2))
  merge(before, update('DELTA', [at(2, 5)], [1]))
  expect(before).toEqual(held(at(1), at(2)))
})

const buckets = fc.array(fc.record({ timestamp: fc.integer({ min: 0, max: 30 }), value: fc.integer() }))
const updates = fc.array(
  fc.record({
    kind: fc.constantFrom('SNAPSHOT' as const, 'DELTA' as const),
    cursor: fc.string(),
    removed: fc.array(fc.integer({ min: 0, max: 30 })),
    changed: fc.record({ buckets }),
  }),
)

test('after any updates the buckets ascend, one a timestamp', () => {
  fc.assert(
    fc.property(updates, (sequence) => {
      const window = sequence.reduce<Window<Bucket> | null>(merge, null)
      const times = window?.buckets.map(({ timestamp }) => timestamp) ?? []
      expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
    }),
  )
})

test('an update that arrives twice changes nothing the second time', () => {
  fc.assert(
    fc.property(updates, buckets, fc.array(fc.nat(30)), (sequence, changed, removed) => {
      const before = sequence.reduce<Window<Bucket> | null>(merge, null)
      const once = merge(before, update('DELTA', changed, removed))
      expect(merge(once, update('DELTA', changed, removed))).toEqual(once)
    }),
  )
})
