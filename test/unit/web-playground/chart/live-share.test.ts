import fc from 'fast-check'
import { expect, test } from 'vitest'
import { leastShare, liveShare, movedShare } from '../../../../web-playground/src/chart/live-share.ts'

const step = 60
const begin = 1_800_000_000

/** A window of buckets of a minute, of which these hold a value. */
function window(steps: number, filled: (index: number) => boolean) {
  return {
    timestamps: Array.from({ length: steps }, (_, index) => begin + index * step),
    end: begin + steps * step,
    columns: { count: Array.from({ length: steps }, (_, index) => (filled(index) ? 1 : null)) },
  }
}

const steps = fc.integer({ min: 1, max: 1_500 })
/** How far the newest bucket has come. */
const growth = fc.double({ min: 0, max: 1, noNaN: true })
const share = fc.double({ min: leastShare, max: 1, noNaN: true })

test('what a live chart shows begins before the first value, within its window, and is no less than a fifth of it', () => {
  fc.assert(
    fc.property(steps, fc.nat(1_499), growth, (steps, first, growth) => {
      const shown = window(steps, (index) => index >= first)
      const now = shown.end - step * (1 - growth)
      const share = liveShare(shown, now)
      const length = steps * step
      expect(share).toBeGreaterThanOrEqual(leastShare)
      expect(share).toBeLessThanOrEqual(1)
      if (first >= steps) {
        expect(share).toBe(1)
        return
      }
      const from = now - share * length
      // The left edge of a whole window lies within its first bucket.
      expect(from).toBeLessThanOrEqual(begin + Math.max(first, 1) * step + 1e-6)
      const lead = Math.max(length / 20, 2 * step)
      if (share > leastShare) expect(begin + first * step - from).toBeLessThanOrEqual(lead + 1e-6)
    }),
  )
})

test('a window whose first bucket holds a value is shown whole, and one with no value', () => {
  fc.assert(
    fc.property(steps, growth, (steps, growth) => {
      const now = begin + step * (steps - 1 + growth)
      expect(
        liveShare(
          window(steps, (index) => index === 0),
          now,
        ),
      ).toBe(1)
      expect(
        liveShare(
          window(steps, () => false),
          now,
        ),
      ).toBe(1)
    }),
  )
  expect(liveShare({ timestamps: [], end: 0, columns: {} }, begin)).toBe(1)
})

test('what is counted as nothing is no value', () => {
  const { timestamps, end } = window(60, () => false)
  const count = timestamps.map((_, index) => (index < 50 ? 0 : 1))
  expect(liveShare({ timestamps, end, columns: { count } }, end)).toBeCloseTo(13 / 60, 9)
})

test('the left edge of a young chart rests while time passes', () => {
  const young = window(60, (index) => index >= 30)
  const edge = (now: number) => now - liveShare(young, now) * (young.end - begin)
  expect(edge(young.end - step)).toBeCloseTo(begin + 27 * step, 3)
  expect(edge(young.end)).toBeCloseTo(begin + 27 * step, 3)
})

test('however what is wanted changes, the edge moves towards it, little in a frame, and is there within a second', () => {
  fc.assert(
    fc.property(share, share, fc.integer({ min: 30, max: 240 }), (from, wanted, frames) => {
      let shown = from
      for (let frame = 0; frame < frames; frame++) {
        const next = movedShare(shown, wanted, 1 / frames)
        expect(Math.abs(next - shown)).toBeLessThanOrEqual(0.25 * 0.8 + 1e-9)
        expect(Math.abs(wanted - next)).toBeLessThanOrEqual(Math.abs(wanted - shown))
        shown = next
      }
      expect(shown).toBe(wanted)
    }),
  )
})

test('a chart that has not been drawn for long begins to move like any other', () => {
  expect(movedShare(1, leastShare, 3_600)).toBe(movedShare(1, leastShare, 0.05))
})
