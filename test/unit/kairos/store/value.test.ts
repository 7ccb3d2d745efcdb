import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KairosError } from '../../../../src/kairos/index.ts'
import { codec, quantizer } from '../../../../src/kairos/store/value.ts'

describe('a quantized number', () => {
  test.each([
    [5, 12.4, 10],
    [5, 12.5, 15],
    [5, -12.5, -15],
    [5, 2.4, 0],
    [5, -2.4, 0],
    [0.1, 0.25, 0.3],
    [0.1, 0.3, 0.3],
    [0.25, 1.1, 1],
    [1e-7, 1.26e-6, 1.3e-6],
    [1000, 1499, 1000],
  ])('to multiples of %d is, of %d, %d', (step, value, expected) => {
    expect(quantizer(step)(value)).toBe(expected)
  })

  test('is quantized already', () => {
    const steps = fc.constantFrom(5, 0.1, 0.25, 0.01, 3, 1e-3)
    const values = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 })
    fc.assert(
      fc.property(steps, values, (step, value) => {
        const once = quantizer(step)(value)
        expect(quantizer(step)(once)).toBe(once)
      }),
    )
  })
})

describe('what is written is read back', () => {
  const types = ['string', 'integer', 'float', 'boolean'] as const
  const values = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
  )

  test('or refused as BAD_USER_INPUT, without coercion', () => {
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.oneof(values, fc.anything()), (type, value) => {
        const { read, write } = codec({ type })
        let stored: string | number
        try {
          stored = write(value)
        } catch (error) {
          expect(error).toBeInstanceOf(KairosError)
          return
        }
        expect(read(String(stored)) === value || (value === 0 && read(String(stored)) === 0)).toBe(true)
      }),
    )
  })
})
