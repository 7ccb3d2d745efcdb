import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lastText, stepChoices, usualSteps } from '../../../web-playground/src/dashboard/steps.ts'

const interval = (step: string, steps: number | null, resolution = step) => ({
  name: 'any',
  step,
  steps,
  resolution,
  timeZone: 'UTC',
})
const labels = (of: ReturnType<typeof interval>) => stepChoices(of).map(({ label }) => label)

test('what may be chosen is told as lengths of time, up to all that is kept', () => {
  expect(labels(interval('1', 300))).toEqual(['last minute', 'last 5 minutes'])
  expect(labels(interval('1min', 1440))).toEqual([
    'last 15 minutes',
    'last 30 minutes',
    'last hour',
    'last 3 hours',
    'last 6 hours',
    'last 12 hours',
    'last 24 hours',
  ])
  expect(labels(interval('1h', 48, '1min'))).toContain('last hour')
  expect(labels(interval('monthly', null))).toEqual([
    'last year',
    'last 2 years',
    'last 5 years',
    'last 10 years',
    'last 20 years',
    'last 50 years',
  ])
})

test.each([
  [interval('1', 300), 'last 5 minutes'],
  [interval('1min', 1440), 'last 3 hours'],
  [interval('1h', 744), 'last 7 days'],
  [interval('daily', null), 'last 90 days'],
  [interval('monthly', null, 'daily'), 'last year'],
  [interval('yearly', null), 'last 100 years'],
  [interval('10s', 7), 'last 70 seconds'],
])('unless chosen, of %j the %s are shown', (of, label) => {
  expect(lastText(of.step, usualSteps(of))).toBe(label)
})

test('a length is told in the largest unit that it fills', () => {
  expect([
    lastText('60', 1),
    lastText('1min', 90),
    lastText('2w', 1),
    lastText('weekly', 52),
    lastText('daily', 365),
    lastText('monthly', 18),
    lastText('1s', 86_400_000),
  ]).toEqual([
    'last minute',
    'last 90 minutes',
    'last 14 days',
    'last 364 days',
    'last year',
    'last 18 months',
    'last 1,000 days',
  ])
})

test('whatever the interval, there are choices, of no more than it keeps, and what is chosen is among them', () => {
  const step = fc.oneof(
    fc.constantFrom('daily', 'weekly', 'monthly', 'yearly'),
    fc
      .tuple(fc.integer({ min: 1, max: 1e6 }), fc.constantFrom('', 's', 'min', 'h', 'd', 'w', 'y'))
      .map((parts) => parts.join('')),
  )
  const of = fc.tuple(step, fc.option(fc.integer({ min: 1, max: 1e5 })))
  fc.assert(
    fc.property(of, fc.integer({ min: 1, max: 1e5 }), ([step, kept], chosen) => {
      const choices = stepChoices(interval(step, kept)).map(({ steps }) => steps)
      expect(choices.length).toBeGreaterThan(0)
      expect(choices).toEqual([...new Set(choices)].sort((a, b) => a - b))
      expect(Math.max(...choices)).toBeLessThanOrEqual(kept ?? 1_500)
      expect(choices).toContain(usualSteps(interval(step, kept)))
      expect(stepChoices(interval(step, kept), chosen).map(({ steps }) => steps)).toContain(chosen)
    }),
  )
})
