import { beforeEach, describe, expect, test } from 'vitest'
import { difference, Held } from './held.ts'
import type { Bucket, Update } from './series.ts'

const EPOCH = 'abcdefghijklmnop'

function bucket(timestamp: number, sum: number): Bucket {
  return { timestamp, seconds: 1, empty: false, sum }
}

function update(
  kind: Update['kind'],
  version: number,
  end: number,
  buckets: Bucket[],
  more: object = {},
): Update {
  return { kind, cursor: `${EPOCH}.${version}`, removed: [], changed: { end, buckets }, ...more }
}

let held: Held
beforeEach(() => {
  held = new Held()
  held.connect(false)
  held.take(update('SNAPSHOT', 3, 3, [bucket(0, 1), bucket(1, 2), bucket(2, 3)]))
})

test('a DELTA is put over what is held, and what left is dropped', () => {
  held.take(update('DELTA', 5, 4, [bucket(2, 4), bucket(3, 5)], { removed: [0] }))
  expect(held.run).toEqual({ end: 4, buckets: [bucket(1, 2), bucket(2, 4), bucket(3, 5)] })
  expect(held.cursor).toBe(`${EPOCH}.5`)
})

test('a SNAPSHOT replaces what is held', () => {
  held.take(update('SNAPSHOT', 5, 9, [bucket(8, 1)], { cursor: `${'z'.repeat(16)}.1` }))
  expect(held.run).toEqual({ end: 9, buckets: [bucket(8, 1)] })
})

test('one who resumes may be told the version it has, with nothing in it', () => {
  held.connect(true)
  held.take(update('DELTA', 3, 3, []))
  expect(held.run.buckets).toHaveLength(3)
})

describe('a subscriber notices', () => {
  test.each<[string, Update, RegExp]>([
    ['a version that goes back', update('DELTA', 2, 3, [bucket(2, 4)]), /version went from/],
    ['a version that comes again', update('DELTA', 3, 3, [bucket(2, 4)]), /version went from/],
    [
      'a DELTA of another window',
      update('DELTA', 4, 3, [bucket(2, 4)], { cursor: `${'z'.repeat(16)}.4` }),
      /of another window/,
    ],
    ['an end that falls', update('DELTA', 4, 2, [bucket(1, 4)]), /end fell/],
    ['a bucket that is missing', update('DELTA', 4, 5, [bucket(4, 1)]), /is followed by 4/],
    ['a bucket beyond the end', update('DELTA', 4, 3, [bucket(3, 1)]), /is followed by/],
    ['a bucket that left from its midst', update('DELTA', 4, 3, [], { removed: [1] }), /removed, but within/],
    ['changes out of order', update('DELTA', 4, 3, [bucket(2, 1), bucket(1, 1)]), /not ascending/],
    ['a window without buckets', update('SNAPSHOT', 4, 3, []), /is empty/],
  ])('%s', (_what, wrong, message) => {
    expect(() => held.take(wrong)).toThrow(message)
  })

  test('a DELTA where it asked for everything', () => {
    held.connect(false)
    expect(() => held.take(update('DELTA', 4, 3, [bucket(2, 4)]))).toThrow('who holds nothing')
  })

  test('how often a sum fell', () => {
    held.take(update('DELTA', 4, 3, [bucket(2, 9)]))
    expect(held.falls).toBe(0)
    held.take(update('DELTA', 5, 3, [bucket(2, 8)]))
    expect(held.falls).toBe(1)
  })
})

describe('what is held differs from what is fresh', () => {
  const fresh = { end: 3, buckets: [bucket(0, 1), bucket(1, 2), bucket(2, 3)] }

  test('in nothing where it is the same', () => {
    expect(difference(held.run, fresh)).toBeUndefined()
  })

  test.each([
    [
      'a value',
      { ...fresh, buckets: [bucket(0, 1), bucket(1, 7), bucket(2, 3)] },
      'bucket 1: sum held 2, fresh 7',
    ],
    ['a bucket too many', { ...fresh, buckets: fresh.buckets.slice(1) }, 'bucket 0: held, not fresh'],
    [
      'a bucket too few',
      { ...fresh, buckets: [...fresh.buckets, bucket(3, 1)] },
      'bucket 3: not held, fresh',
    ],
    ['its end', { ...fresh, end: 4 }, 'end: held 3, fresh 4'],
  ])('in %s', (_what, other, line) => {
    expect(difference(held.run, other)?.trim()).toBe(line)
  })
})
