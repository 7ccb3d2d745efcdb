import { expect, test } from 'vitest'
import {
  isOf,
  isShown,
  titleOf,
  type View,
  withChanged,
  withLarge,
  withoutCharts,
  withRange,
} from '../../../web-playground/src/view/view.ts'

const view: View = {
  charts: [{ names: ['a'] }, { names: ['b'] }, { names: ['a', 'b'] }],
  range: { from: 1, to: 2 },
  large: 1,
}

test('the chart that fills the page still does when one before it goes, and none does when it goes itself', () => {
  expect(withoutCharts(view, (chart) => isOf(chart, 'a'))).toEqual({
    ...view,
    charts: [{ names: ['b'] }, { names: ['a', 'b'] }],
    large: 0,
  })
  expect(withoutCharts(view, (chart) => isOf(chart, 'b')).large).toBeUndefined()
})

test('a series is shown where a chart is of it alone', () => {
  expect(['a', 'b', 'c'].map((name) => isShown(view, name))).toEqual([true, true, false])
  expect(isShown({ charts: [{ names: ['a', 'b'] }] }, 'a')).toBe(false)
})

test('what is changed is changed alone', () => {
  expect(withChanged(view, 0, { names: ['a'], interval: 'hour' })).toEqual({
    ...view,
    charts: [{ names: ['a'], interval: 'hour' }, ...view.charts.slice(1)],
  })
  expect(withRange(view, null)).toEqual({ charts: view.charts, large: 1 })
  expect(withLarge(view, null)).toEqual({ charts: view.charts, range: view.range })
})

test('a chart is called by all its series', () => {
  expect(titleOf({ names: ['a', 'b'] })).toBe('a + b')
})
