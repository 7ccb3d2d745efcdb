import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Connection, connect } from '../../src/client/node.ts'
import { startTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
let connection: Connection

beforeAll(async () => {
  app = await startTestApp({
    timeseries: [
      {
        name: 'all',
        match: '**',
        type: 'histogram',
        values: 'float',
        intervals: { hour: { step: 3600, steps: 24 } },
      },
    ],
  })
  connection = connect({ url: `${app.app.url}/graphql` })
})

afterAll(async () => {
  connection.close()
  await app.stop()
})

it('yields a snapshot, and what is inserted afterwards', async () => {
  const insert = 'mutation($value: Value) { insert(name: "a", value: $value) { inserted } }'
  await app.query(insert, { value: 3 })
  const watch = connection.watchSeries({ name: 'a', interval: 'hour', steps: 2, columns: { top: 'MAX' } })
  const seen: unknown[] = []
  for await (const { live, columns, timestamps } of watch) {
    if (!live) continue
    expect(timestamps).toHaveLength(2)
    seen.push(columns.top.at(-1))
    if (columns.top.at(-1) === 7) break
    await app.query(insert, { value: 7 })
  }
  expect(seen).toEqual([3, 7])
})

it('reads what a watch would show', async () => {
  const read = await connection.readSeries({
    name: ['a', 'b'],
    interval: 'hour',
    steps: 1,
    entries: 5,
    grid: true,
  })
  expect(read).toMatchObject({ names: ['a', 'b'], columns: { count: [2], mean: [5] }, type: 'HISTOGRAM' })
  expect(read.entries).toEqual([
    [
      { value: 3, count: 1 },
      { value: 7, count: 1 },
    ],
  ])
})
