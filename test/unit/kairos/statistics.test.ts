import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { percentile as ofRanks, ranked, type Samples, statistics } from '../../../src/kairos/statistics.ts'

const percentile = (samples: Samples, p: number) => ofRanks(ranked(samples), p)
const once = (values: readonly number[]) => values.map((value) => [value, 1] as const)
const finite = fc
  .double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 })
  .map((value) => value + 0) // without −0

describe('statistics', () => {
  test('of nothing are 0 and null', () => {
    expect(statistics([])).toEqual({ count: 0, sum: 0, mean: null, min: null, max: null, stddev: null })
    expect(percentile([], 50)).toBeNull()
  })

  test('of weighted values are those of the values repeated', () => {
    const values = fc.array(fc.tuple(finite, fc.integer({ min: 1, max: 5 })), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 100 }), (weighted, p) => {
        const repeated = once(
          weighted.flatMap(([value, weight]) => Array.from({ length: weight }, () => value)),
        )
        const [a, b] = [statistics(weighted), statistics(repeated)]
        expect(a).toMatchObject({ count: b.count, min: b.min, max: b.max })
        expect(a.mean).toBeCloseTo(b.mean ?? Number.NaN, 6)
        expect(a.stddev).toBeCloseTo(b.stddev ?? Number.NaN, 6)
        expect(percentile(weighted, p)).toBeCloseTo(percentile(repeated, p) ?? Number.NaN, 6)
      }),
    )
  })

  test('lose no digits where values are large and close', () => {
    expect(statistics(once([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])).stddev).toBeCloseTo(Math.sqrt(22.5), 9)
  })
})

describe('a percentile', () => {
  test('is linear between closest ranks', () => {
    expect([0, 25, 40, 50, 100].map((p) => percentile(once([15, 20, 35, 40, 50]), p))).toEqual([
      15, 20, 29, 35, 50,
    ])
  })

  test('lies between the smallest and the largest value, and does not fall as p rises', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1 }), (values) => {
        const all = Array.from({ length: 101 }, (_, p) => percentile(once(values), p) ?? Number.NaN)
        expect(all[0]).toBe(Math.min(...values))
        expect(all[100]).toBe(Math.max(...values))
        for (let p = 1; p <= 100; p += 1) expect(all[p]).toBeGreaterThanOrEqual((all[p - 1] ?? 0) - 1e-6)
      }),
    )
  })
})
