import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, expect, test } from 'vitest'
import WebSocket from 'ws'
import { startTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    monitor: false,
    timeseries: [
      { name: 'short', match: 'short', type: 'count', intervals: { second: { step: 1, steps: 40 } } },
      { name: 'kept', match: '**', type: 'count', intervals: { minute: { step: 60, steps: 60 } } },
    ],
  })
})
afterAll(() => app.stop())

interface Update {
  readonly removed: number[]
  readonly changed: { readonly buckets: { timestamp: number; sum: number | null }[] }
}

async function* watch(series: string): AsyncGenerator<Update> {
  const client = createClient({
    url: `${app.app.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
  })
  try {
    const query = `subscription { series(${series}) { removed changed { buckets { timestamp sum } } } }`
    for await (const { data } of client.iterate<{ series: Update }>({ query })) if (data) yield data.series
  } finally {
    await client.dispose()
  }
}

test('a bucket that leaves what its interval keeps is told of then, in a window that is longer', async () => {
  const updates = watch('name: "short", interval: "second", steps: 50, maxRate: 60')
  await updates.next()
  const leaves = Math.ceil(Date.now() / 5000 + 0.2) * 5 // five share a key, which the last of them keeps
  const second = leaves - 40
  await app.query(`mutation { insert(name: "short", timestamp: ${second}, value: 7) { inserted } }`)
  let sum: number | null = null
  for await (const { changed } of updates) {
    const bucket = changed.buckets.find(({ timestamp }) => timestamp === second)
    if (!bucket) continue
    if (sum === 7 && bucket.sum === null) break
    sum = bucket.sum
  }
  expect(Date.now() / 1000 - leaves).toBeLessThan(1.5)
})

test('a pause between two updates may be longer than any timer', async () => {
  const patient = watch('name: "often", interval: "minute", steps: 3, maxRate: 1e-7')
  const eager = watch('name: "often", interval: "minute", steps: 3, maxRate: 60')
  await Promise.all([patient.next(), eager.next()])
  let updated = false
  void patient.next().then(
    () => {
      updated = true
    },
    () => {}, // the server ends
  )
  for (let value = 1; value <= 5; value += 1) {
    const told = eager.next()
    await app.query('mutation { insert(name: "often") { inserted } }')
    await told
  }
  expect(updated).toBe(false)
  await eager.return(undefined)
})
