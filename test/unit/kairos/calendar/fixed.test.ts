import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseStep } from '../../../../src/kairos/calendar/index.ts'

const minute = parseStep(60)

describe('a fixed step', () => {
  it('floors to whole steps since 1970', () => {
    expect(minute.floor(1_400_000_000)).toBe(1_399_999_980)
    expect(minute.encode(1_399_999_980)).toBe(23_333_333)
    expect(minute.decode(23_333_333)).toBe(1_399_999_980)
  })

  it('floors times before 1970 and fractions downwards', () => {
    expect([-0, 59.999, -1, -60, -60.001].map(minute.floor)).toEqual([0, 0, -60, -60, -120])
  })

  it('floors the smallest fractions below a boundary to the bucket below', () => {
    expect(minute.floor(-Number.MIN_VALUE)).toBe(-60)
    expect(minute.floor(1e11 - 40 - 2 ** -16)).toBe(1e11 - 100)
  })

  it('holds every time in exactly the bucket that its floor names', () => {
    const times = fc.double({ min: -1e11, max: 1e11, noNaN: true }).map((t) => t + 0) // without −0
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e11 }), times, (seconds, t) => {
        const step = parseStep(seconds)
        const bucket = step.floor(t)
        expect(Number.isSafeInteger(bucket)).toBe(true)
        expect(bucket <= t && t < step.offset(bucket, 1)).toBe(true)
        expect(bucket % seconds === 0).toBe(true)
        expect(step.decode(step.encode(bucket))).toBe(bucket)
      }),
    )
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e11 + 1, -1e11 - 1])(
    'refuses %d as a time',
    (t) => {
      expect(() => minute.floor(t)).toThrow(new RangeError(`${t} is no time: Unix seconds lie within ±1e11`))
    },
  )

  it.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('refuses an offset by %d buckets', (n) => {
    expect(() => minute.offset(0, n)).toThrow(RangeError)
  })

  it('refuses an offset to where numbers are no longer exact', () => {
    expect(() => minute.offset(0, 2 ** 50)).toThrow(RangeError)
  })

  it.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 1e11, -1e11])(
    'has no bucket with the number %d',
    (number) => {
      expect(minute.decode(number)).toBeUndefined()
    },
  )

  it('has no bucket beyond those that hold a time', () => {
    const last = minute.encode(minute.floor(1e11))
    const first = minute.encode(minute.floor(-1e11))
    expect([first - 1, first, last, last + 1].map((number) => minute.decode(number) !== undefined)).toEqual([
      false,
      true,
      true,
      false,
    ])
  })
})
