import fc from 'fast-check'
import type { Columns, SeriesData, Value } from 'kairos/client'
import type { SeriesType, ValueType } from 'kairos/client/documents'
import { expect, test } from 'vitest'
import {
  bucketAt,
  type Drawing,
  drawingsOf,
  newest,
  numbersOf,
} from '../../../../web-playground/src/chart/drawing.ts'

type Series = SeriesData<Columns>

const nothing: Series = {
  names: ['a'],
  type: null,
  unit: null,
  interval: null,
  folded: 1,
  timestamps: [],
  end: 0,
  columns: {},
  value: null,
  values: null,
  entries: null,
  members: null,
  grid: null,
}

/** Buckets of a second from 0 on. */
function seconds(count: number, content: Partial<Series> = {}): Series {
  return {
    ...nothing,
    timestamps: Array.from({ length: count }, (_, second) => second),
    end: count,
    ...content,
  }
}

const named = (drawings: readonly Drawing[], name: string) => {
  const drawing = drawings.find((each) => each.name === name)
  if (!drawing) throw new Error(`no drawing ${name}`)
  return drawing
}
const figure = (drawing: Drawing, series: Series, label: string) =>
  drawing.summary(series).find((each) => each.label === label)?.value
const names = (type: SeriesType, valueType: ValueType) =>
  drawingsOf({ type, valueType, unit: null }).map(({ name }) => name)

const gauge = drawingsOf({ type: 'GAUGE', valueType: 'FLOAT', unit: '%' })
const [value] = gauge
const [total] = drawingsOf({ type: 'COUNT', valueType: 'FLOAT', unit: 'requests' })
const histogram = drawingsOf({ type: 'HISTOGRAM', valueType: 'FLOAT', unit: 'ms' })
const [heatMap] = histogram
const [members] = drawingsOf({ type: 'SET', valueType: 'STRING', unit: null })
const [word] = drawingsOf({ type: 'GAUGE', valueType: 'STRING', unit: null })

const definitions = (['SERIES', 'HISTOGRAM', 'COUNT', 'GAUGE', 'SET'] as const).flatMap((type) =>
  (['STRING', 'INTEGER', 'FLOAT', 'BOOLEAN'] as const)
    // A count has no values to be strings or booleans.
    .filter((valueType) => type !== 'COUNT' || valueType === 'INTEGER' || valueType === 'FLOAT')
    .map((valueType) => ({ type, valueType, unit: 'ms' })),
)

test('the natural drawing comes first: steps, bars, a heat map, points, words', () => {
  const shape = (type: SeriesType, valueType: ValueType) =>
    drawingsOf({ type, valueType, unit: null })[0].shape
  expect(shape('GAUGE', 'INTEGER')).toBe('steps')
  expect(shape('GAUGE', 'BOOLEAN')).toBe('steps')
  expect(shape('GAUGE', 'STRING')).toBe('words')
  expect(shape('COUNT', 'FLOAT')).toBe('bars')
  expect(shape('HISTOGRAM', 'FLOAT')).toBe('heat map')
  expect(shape('HISTOGRAM', 'STRING')).toBe('bars')
  expect(shape('SERIES', 'INTEGER')).toBe('points')
  expect(shape('SERIES', 'BOOLEAN')).toBe('bars')
  expect(shape('SET', 'FLOAT')).toBe('bars')
})

test.each(definitions)('a $type of $valueType is asked only for what it has', ({ type, valueType, unit }) => {
  const numeric = valueType === 'INTEGER' || valueType === 'FLOAT'
  const statistics = ['MEAN', 'MIN', 'MAX', 'STDDEV', 'PERCENTILE', 'SUM']
  for (const { selection } of drawingsOf({ type, valueType, unit })) {
    const { columns = {}, value, values, entries, members, grid } = selection
    const asked = Object.values(columns).map((column) => (typeof column === 'string' ? column : column.stat))
    const has =
      type === 'COUNT' ? ['COUNT', 'SUM', 'RATE'] : ['COUNT', 'RATE', ...(numeric ? statistics : [])]
    expect(has).toEqual(expect.arrayContaining(asked))
    expect(value === undefined || type === 'GAUGE').toBe(true)
    expect(values === undefined || type === 'SERIES').toBe(true)
    expect(entries === undefined || type === 'HISTOGRAM').toBe(true)
    expect(members === undefined || type === 'SET').toBe(true)
    expect(!grid || (numeric && ['SERIES', 'HISTOGRAM', 'SET'].includes(type))).toBe(true)
  }
})

test.each(definitions)('every line of a $type of $valueType has its numbers asked for', (definition) => {
  for (const { selection, lines } of drawingsOf(definition)) {
    for (const { column } of lines) {
      expect(column === 'value' ? selection.value : selection.columns?.[column]).toBeTruthy()
    }
  }
})

test.each(definitions)('the drawings of a $type of $valueType have names of their own', (definition) => {
  const all = drawingsOf(definition).map(({ name }) => name)
  expect(new Set(all).size).toBe(all.length)
})

test.each(definitions)('of nothing a $type of $valueType has no figure but nought', (definition) => {
  for (const drawing of drawingsOf(definition)) {
    for (const { value } of drawing.summary(nothing)) expect([null, 0]).toContain(value)
    expect(newest(drawing, nothing, 0)).toBe(-1)
  }
})

test('what is never one number at a time has no sums, and what only adds up no means', () => {
  expect(names('GAUGE', 'FLOAT')).not.toContain('rate')
  expect(names('COUNT', 'FLOAT')).toEqual(['total', 'rate'])
  expect(names('HISTOGRAM', 'STRING')).toEqual(['values', 'rate'])
})

test('equal definitions have the same drawings', () => {
  expect(drawingsOf({ type: 'GAUGE', valueType: 'FLOAT', unit: '%' })).toBe(gauge)
})

test('a rate is told for each second, bytes too', () => {
  const units = [null, 'requests', 'bytes'].map((unit) => {
    const drawings = drawingsOf({ type: 'COUNT', valueType: 'FLOAT', unit })
    return named(drawings, 'rate').lines[0]?.unit
  })
  expect(units).toEqual(['/s', 'requests/s', 'bytes/s'])
})

test('a boolean gauge is steps between 0 and 1, and how long it was true', () => {
  const [switched] = drawingsOf({ type: 'GAUGE', valueType: 'BOOLEAN', unit: null })
  const series = seconds(5, { value: [true, false, null, true, true] })
  expect(switched.lines.map((line) => numbersOf(series, line))).toEqual([[1, 0, null, 1, 1]])
  expect(figure(switched, series, 'true')).toBe(75)
  expect(switched.words?.(series, 1)).toEqual([false])
})

test('a gauge of words has no lines, and tells each', () => {
  const series = seconds(2, { value: ['open', null] })
  expect(word.lines).toEqual([])
  expect([0, 1].map((index) => word.words?.(series, index))).toEqual([['open'], []])
  expect(newest(word, series, 2)).toBe(0)
})

test('of a series of words the newest come first, of a histogram the most frequent', () => {
  const [list] = drawingsOf({ type: 'SERIES', valueType: 'STRING', unit: null })
  const [frequent] = drawingsOf({ type: 'HISTOGRAM', valueType: 'STRING', unit: null })
  expect(list.words?.(seconds(1, { values: [['old', 'new']] }), 0)).toEqual(['new', 'old'])
  const entries = [
    [
      { value: 'much', count: 9 },
      { value: 'little', count: 1 },
    ],
  ]
  expect(frequent.words?.(seconds(1, { entries }), 0)).toEqual(['much', 'little'])
})

test('the average of a histogram is the mean of its values, not of its means', () => {
  const columns = { count: [1, 3, 0], mean: [10, 2, null], min: [10, 1, null], max: [10, 9, null] }
  const series = seconds(3, { columns })
  expect(figure(heatMap, series, 'average')).toBe(4)
  expect(figure(heatMap, series, 'lowest')).toBe(1)
  expect(figure(heatMap, series, 'highest')).toBe(10)
})

test('the average of any numbers lies between them, however large they are', () => {
  const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 })
  fc.assert(
    fc.property(values, (values) => {
      const average = figure(value, seconds(values.length, { value: values }), 'average') ?? Number.NaN
      const slack = 1e-9 * Math.max(...values.map(Math.abs))
      expect(average).toBeGreaterThanOrEqual(Math.min(...values) - slack)
      expect(average).toBeLessThanOrEqual(Math.max(...values) + slack)
    }),
  )
})

test('the total of a count is the sum of its buckets, and none where that is beyond numbers', () => {
  expect(figure(total, seconds(3, { columns: { count: [2, 0, 5] } }), 'total')).toBe(7)
  expect(figure(total, seconds(2, { columns: { count: [1e308, 1e308] } }), 'total')).toBeNull()
})

test('members are counted over all buckets, and not where some were left out', () => {
  const content = { columns: { count: [2, 1] }, members: [['a', 'b'], ['b']] as Value[][] }
  expect(figure(members, seconds(2, content), 'distinct in all')).toBe(2)
  const more = { columns: { count: [2, 30] }, members: content.members }
  expect(figure(members, seconds(2, more), 'distinct in all')).toBeNull()
})

test('the newest of a gauge is its newest value, of a count its newest bucket that is over', () => {
  expect(newest(value, seconds(3, { value: [1, 2, null] }), 2.5)).toBe(1)
  expect(newest(total, seconds(3, { columns: { count: [4, 0, 3] } }), 2.5)).toBe(1)
  expect(newest(total, seconds(3, { columns: { count: [4, 0, 3] } }), 3)).toBe(2)
})

test('whatever a reader’s clock says, the last bucket of a live count is not over, and those before are', () => {
  const live = { ...seconds(3, { columns: { count: [4, 0, 3] } }), live: true }
  for (const clock of [-1e9, 2.5, 1e9]) expect(newest(total, live, clock)).toBe(1)
})

test('a bucket holds the times from its start until the next one’s', () => {
  const series = { timestamps: [10, 20, 40], end: 50 }
  const times = [9.9, 10, 19.9, 20, 39, 40, 49.9, 50]
  expect(times.map((time) => bucketAt(series, time))).toEqual([-1, 0, 0, 1, 1, 2, 2, -1])
  expect(bucketAt({ timestamps: [], end: 0 }, 0)).toBe(-1)
})
