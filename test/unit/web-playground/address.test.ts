import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressOf, readAddress } from '../../../web-playground/src/view/address.ts'
import { type ChartView, mostCharts, type View } from '../../../web-playground/src/view/view.ts'

const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 512 })
const chart: fc.Arbitrary<ChartView> = fc.record(
  {
    names: fc.uniqueArray(name, { minLength: 1, maxLength: 5 }),
    interval: name,
    steps: fc.integer({ min: 1, max: 20_000 }),
    drawing: name,
    condensed: fc.boolean(),
  },
  { requiredKeys: ['names'] },
)
const milliseconds = fc.integer({ min: -6e13, max: 6e13 })
const range = fc
  .uniqueArray(milliseconds, { minLength: 2, maxLength: 2 })
  .map(([a = 0, b = 0]) => ({ from: Math.min(a, b) / 1000, to: Math.max(a, b) / 1000 }))
const view: fc.Arbitrary<View> = fc
  .record(
    { charts: fc.array(chart, { maxLength: 8 }), range, large: fc.nat(7) },
    { requiredKeys: ['charts'] },
  )
  .map(({ large, ...rest }) =>
    large === undefined || large >= rest.charts.length ? rest : { ...rest, large },
  )

test('an address holds the whole view, whatever the names', () => {
  fc.assert(
    fc.property(view, (view) => {
      expect(readAddress(addressOf(view))).toEqual({ view, chosen: true, leftOut: 0 })
    }),
  )
})

test('an address is made of characters that every address may hold', () => {
  fc.assert(
    fc.property(view, (view) => {
      const query = addressOf(view)
      expect(new URL(query, 'http://localhost/').search).toBe(query)
    }),
  )
})

test('whatever stands in the address, there is a view, and its own address gives it again', () => {
  const key = fc.constantFrom(
    'series',
    'join',
    'interval',
    'steps',
    'show',
    'condensed',
    'from',
    'to',
    'large',
  )
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', '-1', '0', '1e9', 'NaN', '1e400', 'true', '2026-02-31T00:00:00Z', '%', '%ff'),
  )
  const pairs = fc
    .array(fc.tuple(fc.oneof(key, fc.string()), value))
    .map((all) => `?${all.map(([key, value]) => `${key}=${value}`).join('&')}`)
  fc.assert(
    fc.property(pairs, (query) => {
      const { view } = readAddress(query)
      const again = readAddress(addressOf(view)).view
      expect(again.charts).toEqual(view.charts)
      expect(again.large).toBe(view.large)
    }),
  )
})

test('what follows a series belongs to it', () => {
  expect(
    readAddress('?series=a&join=b&interval=minute&steps=60&show=p95&condensed=true&series=c').view.charts,
  ).toEqual([
    { names: ['a', 'b'], interval: 'minute', steps: 60, drawing: 'p95', condensed: true },
    { names: ['c'] },
  ])
})

test('links of the first page, one series and its interval, go on working', () => {
  expect(readAddress('?series=monitor.process.memory&interval=minute').view).toEqual({
    charts: [{ names: ['monitor.process.memory'], interval: 'minute' }],
  })
})

test('an address without series leaves them to the page, one with an empty series has none', () => {
  expect(readAddress('?from=2026-11-24T14:02:00Z&to=2026-11-24T14:10:00Z')).toEqual({
    view: { charts: [], range: { from: 1_795_528_920, to: 1_795_529_400 } },
    chosen: false,
    leftOut: 0,
  })
  expect(readAddress('?series=').chosen).toBe(true)
})

test('times are ISO 8601 or Unix seconds, and a range that is reversed or lacks an end is none', () => {
  expect(readAddress('?from=10&to=2026-11-24T15:02:00%2B01:00').view.range).toEqual({
    from: 10,
    to: 1_795_528_920,
  })
  for (const query of ['?from=10', '?from=10&to=10', '?from=20&to=10', '?from=x&to=10', '?from=1e3&to=10000'])
    expect(readAddress(query).view.range).toBeUndefined()
})

test('charts beyond the most that are shown are counted', () => {
  const { view, leftOut } = readAddress(`?${'series=a&'.repeat(mostCharts + 7)}large=${mostCharts}`)
  expect([view.charts.length, leftOut, view.large]).toEqual([mostCharts, 7, undefined])
})
