import { expect, test } from 'vitest'
import { whoStays } from '../../../web-playground/src/dashboard/charts.ts'
import { chooseCharts } from '../../../web-playground/src/view/choice.ts'

const charts = (...all: string[]) => all.map((names) => ({ names: names.split('+') }))

test('a chart stays the same where others come, go and change places', () => {
  expect(whoStays(charts('a', 'b', 'c'), charts('c', 'x', 'a'))).toEqual([2, 1, 0])
  expect(whoStays(charts('a', 'b', 'c'), charts('b', 'c'))).toEqual([1, 2])
  expect(whoStays(charts('a'), charts('a', 'b'))).toEqual([0, -1])
})

test('a chart that is joined or taken apart is the one in its place', () => {
  expect(whoStays(charts('a', 'b'), charts('a', 'b+c'))).toEqual([0, 1])
  expect(whoStays(charts('a+b', 'c'), charts('a', 'c'))).toEqual([0, 1])
})

test('of charts of the same series each stays one of them', () => {
  expect(whoStays(charts('a', 'a', 'b'), charts('a', 'a'))).toEqual([0, 1])
  expect(whoStays(charts('a'), charts('a', 'a', 'a'))).toEqual([0, -1, -1])
})

test('unless asked for, a series of each type is shown, then others, at most six, in their order', () => {
  const candidates = (['GAUGE', 'GAUGE', 'GAUGE', 'SERIES', 'HISTOGRAM', 'COUNT', 'SET', 'SET'] as const).map(
    (type, index) => ({ name: String(index), type }),
  )
  expect(chooseCharts(candidates)).toEqual(charts('0', '1', '3', '4', '5', '6'))
  expect(chooseCharts([])).toEqual([])
})
