import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cellsOf } from '../../../../web-playground/src/chart/heat-map.ts'

const grids = fc
  .record({ bins: fc.nat(8), buckets: fc.nat(40), from: fc.integer({ min: 0, max: 1_000 }) })
  .chain(({ bins, buckets, from }) =>
    fc.record({
      edges: fc.constant(Array.from({ length: buckets + 1 }, (_, index) => (from + index) * 60)),
      counts: fc.array(fc.array(fc.nat(1_000), { minLength: bins, maxLength: bins }), {
        minLength: buckets,
        maxLength: buckets,
      }),
    }),
  )
const sum = (numbers: Iterable<number>) => [...numbers].reduce((a, b) => a + b, 0)

test('cells hold what was counted, bin by bin, however many buckets are put together', () => {
  fc.assert(
    fc.property(grids, fc.integer({ min: 1, max: 50 }), ({ edges, counts }, perColumn) => {
      const cells = cellsOf(edges, { width: 1, from: 0, counts }, perColumn)
      const bins = counts[0]?.length ?? 0
      for (let bin = 0; bin < bins; bin++) {
        expect(sum(cells.counts.filter((_, cell) => cell % bins === bin))).toBe(
          sum(counts.map((row) => row[bin] ?? 0)),
        )
      }
    }),
  )
})

test('columns begin where their first bucket does, and end where the last one does', () => {
  fc.assert(
    fc.property(grids, fc.integer({ min: 1, max: 50 }), ({ edges, counts }, perColumn) => {
      const cells = cellsOf(edges, { width: 1, from: 0, counts }, perColumn)
      expect(edges).toEqual(expect.arrayContaining([...cells.edges]))
      expect(cells.edges[0]).toBe(edges[0])
      expect(cells.edges.at(-1)).toBe(edges.at(-1))
      expect(cells.counts.length).toBe((cells.edges.length - 1) * cells.bins)
    }),
  )
})

test('a window that moves on does not divide the same buckets differently', () => {
  const edges = Array.from({ length: 21 }, (_, index) => index * 60)
  const counts = edges.slice(1).map(() => [1])
  const whole = cellsOf(edges, { width: 1, from: 0, counts }, 4)
  const moved = cellsOf(edges.slice(1), { width: 1, from: 0, counts: counts.slice(1) }, 4)
  expect(moved.edges.slice(1)).toEqual(whole.edges.slice(1))
})

test('rows may be of different lengths', () => {
  const cells = cellsOf([0, 1, 2], { width: 1, from: 0, counts: [[], [3, 4]] }, 2)
  expect([...cells.counts]).toEqual([3, 4])
  expect(cells.most).toBe(4)
})
