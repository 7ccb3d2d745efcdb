import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileIntervals, finest } from '../../../../src/kairos/interval.ts'
import { kinds, type SeriesType } from '../../../../src/kairos/kinds/index.ts'
import { Chunks } from '../../../../src/kairos/layouts/chunks.ts'
import { type LayoutName, layouts } from '../../../../src/kairos/layouts/index.ts'
import { anyTime, anyZone } from '../calendar/zones.ts'

const texts: Readonly<Record<SeriesType, readonly string[]>> = {
  series: ['a'],
  histogram: ['a', '2'],
  count: ['3'],
  gauge: ['a'],
  set: ['a'],
}

const steps: readonly (readonly [step: number | string, resolution?: number | string])[] = [
  [60],
  ['1h', 60],
  ['1h', '7s'], // straddles
  ['1h', 20], // has more buckets than a chunk
  ['daily'],
  ['daily', '1h'],
  ['weekly', 'daily'],
  ['monthly', 'daily'],
  ['yearly', 'monthly'],
]

/** Tries a law for a bucket of any time, of every type, in intervals of every sort. */
function holds(layoutName: LayoutName, law: (of: ReturnType<typeof bucketOf>) => void) {
  const kept = fc.option(fc.integer({ min: 1, max: 2000 }), { nil: undefined })
  const types = fc.constantFrom(...(Object.keys(kinds) as SeriesType[]))
  const around = fc.record({ before: fc.nat(9), after: fc.nat(3) })
  fc.assert(
    fc.property(
      fc.constantFrom(...steps),
      kept,
      anyZone,
      anyTime,
      types,
      around,
      ([step, resolution], keep, timeZone, time, type, around) =>
        law(bucketOf(layoutName, { step, resolution, steps: keep, timeZone }, { time, type, around })),
    ),
    { numRuns: 150 },
  )
}

function bucketOf(
  layoutName: LayoutName,
  options: Parameters<typeof compileIntervals>[0][string],
  {
    time,
    type,
    around,
  }: { time: number; type: SeriesType; around: { readonly before: number; readonly after: number } },
) {
  const intervals = compileIntervals({ i: options }, layoutName === 'kairos' ? 'split' : 'whole')
  const [interval] = intervals.values()
  if (!interval) throw new Error('there is one')
  const layout = new layouts[layoutName]('app:', (name) => (name === 'x' ? intervals : undefined))
  const step = interval.step.floor(time)
  const asked = Array.from({ length: around.before + 1 + around.after }, (_, i) =>
    interval.step.offset(step, i - around.before),
  )
  return { layout, interval, kind: kinds[type], step, start: finest(interval).floor(time), asked }
}

describe.each(['kairos', 'packed'] as const)('in layout %s', (layoutName) => {
  test('the keys that buckets are written to are among those of their steps', () => {
    holds(layoutName, ({ layout, interval, kind, step, start, asked }) => {
      const place = { name: 'x', interval, step, start }
      const keys = layout.keys(kind, 'x', interval, asked)
      for (const { key } of layout.writes(kind, place, texts[kind.type])) expect(keys).toContain(key)
      if (layoutName === 'kairos' || kind.single) return
      const { chunk, slot } = Chunks.of(interval).locate(step, start)
      expect(keys).toContain(`app:{x}:i:${chunk}:${slot}`) // where the chunk is full
    })
  })

  test('each of these keys is named once, and located in one of the steps; or in none where it holds no data', () => {
    holds(layoutName, ({ layout, interval, kind, asked }) => {
      const keys = layout.keys(kind, 'x', interval, asked)
      expect(new Set(keys).size).toBe(keys.length)
      for (const key of keys) {
        const located = layout.locate(key)
        expect(located).toMatchObject({ name: 'x', interval: { name: 'i' } })
        const isIndex = layoutName === 'packed' && key === 'app:{x}:i'
        expect(located?.steps.some((each) => asked.includes(each))).toBe(!isIndex)
      }
    })
  })
})
