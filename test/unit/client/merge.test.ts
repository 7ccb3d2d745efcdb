import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { columnar, merge, nothing, type Reply, type Update } from '../../../src/client/merge.ts'
import type { SeriesData } from '../../../src/client/series.ts'
import { type Cells, kinds, type SeriesType } from '../../../src/kairos/kinds/index.ts'
import { Bucket } from '../../../src/kairos/store/bucket.ts'
import { column } from '../../../src/kairos/store/column.ts'
import { grid } from '../../../src/kairos/store/grid.ts'

const asked = {
  name: 'a',
  columns: { total: 'COUNT', p50: { stat: 'PERCENTILE', p: 50 }, filled: { stat: 'MEAN', fill: 'ZERO' } },
  value: true,
  values: 2,
  entries: 2,
  members: 2,
} as const
type Data = SeriesData<typeof asked.columns>

/** By timestamp, the values that were recorded in each bucket of a window. */
type Window = ReadonlyMap<number, readonly number[]>

const cells: { readonly [T in SeriesType]: (values: readonly number[]) => Cells<number>[T] } = {
  series: (values) => values,
  histogram: (values) =>
    new Map([...new Set(values)].map((value) => [value, values.filter((each) => each === value).length])),
  count: (values) => values.reduce((sum, value) => sum + value, 0),
  gauge: (values) => values.slice(-1),
  set: (values) => new Set(values),
}

function bucketOf(type: SeriesType, timestamp: number, values: readonly number[]): Bucket {
  const cell = values.length === 0 ? null : cells[type](values)
  return new Bucket({
    kind: kinds[type],
    cell,
    numeric: true,
    timestamp,
    seconds: 1,
  } as ConstructorParameters<typeof Bucket>[0])
}

/** What the server would say of these buckets, by its own means. */
function replyOf(type: SeriesType, window: Window): Reply {
  const buckets = [...window].sort(([a], [b]) => a - b).map(([at, values]) => bucketOf(type, at, values))
  const timestamps = buckets.map(({ timestamp }) => timestamp)
  const reply: Reply = {
    names: ['a'],
    type: type.toUpperCase() as Reply['type'],
    unit: 'ms',
    interval: { name: 'second', step: '1', steps: 10, resolution: '1', timeZone: 'UTC' },
    folded: 1,
    timestamps,
    end: (timestamps.at(-1) ?? 0) + 1,
    total: column(buckets, { stat: 'count', p: undefined, fill: 'null' }),
    p50: column(buckets, { stat: 'percentile', p: 50, fill: 'null' }),
    filled: column(buckets, { stat: 'mean', p: undefined, fill: 'zero' }),
    buckets: buckets.map((bucket) => ({
      value: bucket.value,
      values: bucket.values(2),
      entries: bucket.entries(2),
      members: bucket.members(2),
    })),
    grid: grid(buckets, 5),
  }
  return JSON.parse(JSON.stringify(reply))
}

const fresh = (type: SeriesType, window: Window): Data => columnar(replyOf(type, window), asked)

interface Change {
  /** the window has moved on by so many buckets */
  readonly moves: number
  /** what was recorded in which bucket of the window, counted from its newest; nothing empties it */
  readonly written: readonly (readonly [age: number, values: readonly number[]])[]
  /** whether the whole window is sent, as after a long absence */
  readonly whole: boolean
}

const SIZE = 6
const value = fc.integer({ min: -40, max: 40 })
const change: fc.Arbitrary<Change> = fc.record({
  moves: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(2 * SIZE)),
  written: fc.array(fc.tuple(fc.nat(SIZE - 1), fc.array(value, { maxLength: 4 })), { maxLength: 4 }),
  whole: fc.boolean(),
})
const type = fc.constantFrom<SeriesType>('series', 'histogram', 'count', 'gauge', 'set')

/** A window and the updates with which the server would tell of what happened to it. */
function* history(of: SeriesType, changes: readonly Change[]): Generator<{ update: Update; window: Window }> {
  let newest = SIZE
  let window: Window = new Map(Array.from({ length: SIZE }, (_, i) => [i + 1, []]))
  yield { update: { kind: 'SNAPSHOT', cursor: '0', removed: [], changed: replyOf(of, window) }, window }
  for (const [i, { moves, written, whole }] of changes.entries()) {
    const before = window
    newest += moves
    const now = new Map(
      Array.from({ length: SIZE }, (_, age) => newest - age).map((at) => [at, before.get(at) ?? []]),
    )
    for (const [age, values] of written) now.set(newest - age, values)
    window = now
    const changed = new Map([...now].filter(([at, values]) => before.get(at) !== values))
    const removed = [...before.keys()].filter((at) => !now.has(at))
    const update: Update = whole
      ? { kind: 'SNAPSHOT', cursor: String(i), removed: [], changed: replyOf(of, now) }
      : {
          kind: 'DELTA',
          cursor: String(i),
          removed,
          changed: { ...replyOf(of, changed), end: newest + 1 },
        }
    yield { update, window }
  }
}

test('after any updates it is what a fresh read would give', () => {
  fc.assert(
    fc.property(type, fc.array(change, { maxLength: 12 }), (of, changes) => {
      let held: Data = nothing(asked)
      for (const { update, window } of history(of, changes)) {
        held = merge(held, update, asked)
        expect(held).toEqual(fresh(of, window))
      }
    }),
    { numRuns: 500 },
  )
})

test('an update that arrives twice changes nothing the second time, and no list is made anew', () => {
  fc.assert(
    fc.property(type, fc.array(change, { maxLength: 4 }), (of, changes) => {
      let held: Data = nothing(asked)
      for (const { update } of history(of, changes)) {
        held = merge(held, update, asked)
        const again = merge(held, update, asked)
        expect(again).toEqual(held)
        expect(again.timestamps).toBe(held.timestamps)
        for (const name of Object.keys(asked.columns) as (keyof typeof asked.columns)[])
          expect(again.columns[name]).toBe(held.columns[name])
      }
    }),
  )
})

test('what was held is left as it was', () => {
  fc.assert(
    fc.property(type, fc.array(change, { minLength: 1, maxLength: 6 }), (of, changes) => {
      let held: Data = nothing(asked)
      for (const { update } of history(of, changes)) {
        const before = structuredClone(held)
        const next = merge(held, update, asked)
        expect(held).toEqual(before)
        held = next
      }
    }),
  )
})

describe('by example', () => {
  const snapshot: Update = {
    kind: 'SNAPSHOT',
    cursor: '',
    removed: [],
    changed: replyOf(
      'histogram',
      new Map([
        [1, [5]],
        [2, []],
        [3, [12]],
      ]),
    ),
  }
  const held = merge(nothing(asked), snapshot, asked)
  const delta = (changed: [number, number[]][], removed: number[] = []): Data =>
    merge(
      held,
      { kind: 'DELTA', cursor: '', removed, changed: replyOf('histogram', new Map(changed)) },
      asked,
    )

  test('an empty DELTA leaves every list as it is', () => {
    const { end, ...lists } = delta([])
    expect(lists).toEqual({ ...held, end: undefined })
    expect(lists.timestamps).toBe(held.timestamps)
    expect(lists.entries).toBe(held.entries)
    expect(lists.grid).toBe(held.grid)
  })

  test('a bucket that is both removed and changed is there as changed', () => {
    expect(delta([[2, [1]]], [2])).toMatchObject({ timestamps: [1, 2, 3], columns: { total: [1, 1, 1] } })
  })

  test('a bucket older than all that is held comes first', () => {
    expect(delta([[0, [1, 1]]]).columns.total).toEqual([2, 1, 0, 1])
  })

  test('a removal of what is not held is nothing', () => {
    expect(delta([], [7]).timestamps).toBe(held.timestamps)
  })

  test('a column that did not change keeps its list beside one that did', () => {
    const next = delta([[1, [5, 5]]])
    expect(next.columns.total).toEqual([2, 0, 1])
    expect(next.columns.p50).toBe(held.columns.p50)
    expect(next.timestamps).toBe(held.timestamps)
  })

  test('rows of a grid begin at the lowest bin of all, and end with it', () => {
    expect(held.grid).toEqual({
      width: 5,
      from: 5,
      counts: [
        [1, 0],
        [0, 0],
        [0, 1],
      ],
    })
    expect(delta([[4, [-3]]], [1]).grid).toEqual({
      width: 5,
      from: -5,
      counts: [
        [0, 0, 0, 0],
        [0, 0, 0, 1],
        [1, 0, 0, 0],
      ],
    })
  })

  test('a grid of more bins than the server gives is refused, however few each bucket has', () => {
    expect(() => delta([[4, [1_000_000_000]]])).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining('200 bins') }),
    )
  })

  test('a type without a grid has none after an empty DELTA, which the server sends with one', () => {
    const counts = (kind: Update['kind'], window: Window): Update => ({
      kind,
      cursor: '',
      removed: [],
      changed: replyOf('count', window),
    })
    const first = merge(nothing(asked), counts('SNAPSHOT', new Map([[1, [2]]])), asked)
    const empty = counts('DELTA', new Map())
    expect(empty.changed.grid).not.toBeNull()
    expect(merge(first, empty, asked).grid).toBeNull()
  })
})
