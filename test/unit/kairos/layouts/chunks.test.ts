import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  compileIntervals,
  finest,
  type Interval,
  type IntervalOptions,
} from '../../../../src/kairos/interval.ts'
import { Chunks, LAST_SLOT } from '../../../../src/kairos/layouts/chunks.ts'
import { anyTime, anyZone, utc } from '../calendar/zones.ts'

const steps: readonly (readonly [step: number | string, resolution?: number | string])[] = [
  [1],
  [60],
  [7],
  ['1h', 60],
  ['1h', '7s'], // straddles
  [10, 60], // is longer than the step
  ['1d', '1h'],
  ['daily'],
  ['daily', '1h'],
  ['daily', '30min'],
  ['daily', 60], // has more buckets than a chunk
  ['weekly'],
  ['weekly', 'daily'],
  ['monthly'],
  ['monthly', 'daily'],
  ['yearly'],
  ['yearly', 'monthly'],
  ['yearly', 'daily'],
]

function intervalOf(options: IntervalOptions): Interval {
  const [interval] = compileIntervals({ i: options }, 'whole').values()
  if (!interval) throw new Error('there is one')
  return interval
}

/** Tries a law for the bucket of any time, in intervals of every sort. */
function holds(law: (interval: Interval, bucket: { step: number; start: number }) => void) {
  const kept = fc.option(fc.integer({ min: 1, max: 2000 }), { nil: undefined })
  fc.assert(
    fc.property(
      fc.constantFrom(...steps),
      kept,
      anyZone,
      anyTime,
      ([step, resolution], keep, timeZone, t) => {
        const interval = intervalOf({ step, resolution, steps: keep, timeZone })
        law(interval, { step: interval.step.floor(t), start: finest(interval).floor(t) })
      },
    ),
    { numRuns: 500 },
  )
}

describe('a chunk', () => {
  test('names the steps of which it holds buckets', () => {
    holds((interval, { step, start }) => {
      const chunks = Chunks.of(interval)
      const { chunk, last } = chunks.locate(step, start)
      const held = chunks.stepsOf(chunk) ?? []
      expect(held).toContain(step)
      expect(chunks.cut ? step : held.at(-1)).toBe(last)
    })
  })

  test('spans at most an eighth of the steps that are kept, or one step', () => {
    holds((interval, { step, start }) => {
      const chunks = Chunks.of(interval)
      const held = chunks.stepsOf(chunks.locate(step, start).chunk) ?? []
      expect(held.length).toBeLessThanOrEqual(Math.max(1, (interval.steps ?? Number.POSITIVE_INFINITY) / 8))
      expect(held.length).toBeLessThanOrEqual(60)
    })
  })

  test('gives back the bucket that lies at a slot', () => {
    holds((interval, { step, start }) => {
      const chunks = Chunks.of(interval)
      const { chunk, slot } = chunks.locate(step, start)
      const [number, part = 0] = chunk.split('.').map(Number)
      const [page, ...others] = chunks.pages([step], step)
      expect(others).toEqual([])
      expect(page?.number).toBe(number)
      expect(page?.placeOf(part, slot)).toEqual({ step, start })
      expect(slot).toBeGreaterThanOrEqual(page?.from ?? 0)
      expect(slot).toBeLessThanOrEqual(page?.to ?? 0)
      expect(slot).toBeLessThanOrEqual(LAST_SLOT)
      if (interval.resolution === null) expect(page?.slotOf(step)).toBe(slot)
    })
  })

  test('has one slot for each of its buckets', () => {
    holds((interval, { step }) => {
      const chunks = Chunks.of(interval)
      const starts = new Set<string>()
      let bucket = finest(interval).floor(step)
      for (let n = 0; n < 200 && bucket < interval.step.offset(step, 1); n += 1) {
        const { chunk, slot } = chunks.locate(step, bucket)
        starts.add(`${chunk} ${slot}`)
        expect(starts.size).toBe(n + 1)
        bucket = finest(interval).offset(bucket, 1)
      }
    })
  })
})

describe('the chunks of a read', () => {
  const minutes = intervalOf({ step: 60, steps: 960 })
  const now = utc('2026-11-24T12:00:00Z')

  test('leave out what has left', () => {
    const range = Array.from({ length: 1200 }, (_, i) => now - (1199 - i) * 60)
    const pages = Chunks.of(minutes).pages(range, now)
    expect(pages.map(({ first }) => first)[0]).toBe(240)
    expect(pages.at(-1)?.last).toBe(1199)
    expect(pages.length).toBe(17)
  })

  test('are in the order of the steps, each once', () => {
    const range = Array.from({ length: 300 }, (_, i) => now + i * 60)
    const pages = Chunks.of(minutes).pages(range, now)
    expect(pages.flatMap(({ first, last }) => [first, last])).toEqual([
      0, 59, 60, 119, 120, 179, 180, 239, 240, 299,
    ])
  })

  test.each(['', 'x', '1.2', '99999999999999999', '9999999999999', '-', '1.', '--1'])(
    'have none with the name "%s"',
    (name) => {
      expect(Chunks.of(minutes).stepsOf(name)).toBeUndefined()
    },
  )
})
