import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { events } from '../support/event-stream.ts'
import { token } from '../support/tokens.ts'
import { socketClient } from '../support/transports.ts'

let app: TestApp
const over = new AbortController()
beforeAll(async () => {
  app = await startTestApp({
    monitor: false,
    timeseries: [{ name: 'all', match: '**', type: 'count', intervals: { year: { step: '1y', steps: 3 } } }],
    auth: {
      tokens: [token('admin', 'admin'), token('reader', 'read:a', 'read:b'), token('other', 'read:a')],
    },
  })
})
afterAll(async () => {
  over.abort()
  await app.stop()
})

const QUERY = `subscription ($name: String!, $after: String) {
  series(name: $name, interval: "year", after: $after) { kind cursor changed { timestamps column(stat: SUM) } }
}`

/** Everyone who watches, and each payload as it came. */
interface Watcher {
  readonly transport: 'websocket' | 'sse'
  readonly payloads: string[]
}

const cursorOf = (payload: string | undefined): string => JSON.parse(payload ?? '').data.series.cursor

async function watch(
  transport: Watcher['transport'],
  presented: string,
  variables: Record<string, unknown>,
): Promise<Watcher> {
  const watcher: Watcher = { transport, payloads: [] }
  const authorization = `Bearer ${presented}`
  if (transport === 'sse') {
    const stream = events(app.app.url, QUERY, { signal: over.signal, authorization }, variables)
    const read = async () => {
      for await (const { data } of stream) watcher.payloads.push(data)
    }
    read().catch(() => {}) // it is aborted
  } else {
    const client = socketClient(app.app.url, authorization)
    over.signal.addEventListener('abort', () => void client.dispose())
    client.subscribe(
      { query: QUERY, variables },
      {
        next: (result) => watcher.payloads.push(JSON.stringify(result)),
        error: () => {},
        complete: () => {},
      },
    )
  }
  await expect.poll(() => watcher.payloads.length).toBeGreaterThan(0)
  return watcher
}

async function counts(): Promise<{ renderings: number; websocket: number; sse: number }> {
  const headers = { authorization: 'Bearer admin' }
  const text = await (await fetch(`${app.app.url}/metrics`, { headers })).text()
  const of = (name: string) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(name))
        ?.split(' ')[1],
    )
  return {
    renderings: of('kairos_live_renderings_total'),
    websocket: of('kairos_live_frames_total{transport="websocket"}'),
    sse: of('kairos_live_frames_total{transport="sse"}'),
  }
}

async function insert(name: string): Promise<void> {
  const query = `mutation { insert(name: "${name}") { inserted } }`
  const headers = { 'content-type': 'application/json', authorization: 'Bearer admin' }
  await fetch(`${app.app.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })
}

test('each update is executed and serialised once, however many watch, over whichever transport', async () => {
  const before = await counts()
  const first = await watch('websocket', 'admin', { name: 'a' })
  const watchers = [first]
  for (let i = 0; i < 25; i += 1) watchers.push(await watch('sse', 'admin', { name: 'a' }))
  for (let i = 0; i < 24; i += 1) {
    const after = i % 2 ? cursorOf(first.payloads[0]) : 'AAAAAAAAAAAAAAAA.7'
    watchers.push(await watch('websocket', 'admin', { name: 'a', after }))
  }
  for (let i = 1; i <= 3; i += 1) {
    await insert('a')
    const told = ({ payloads }: Watcher) => payloads.at(-1)?.includes(`${i}]}`)
    await expect.poll(() => watchers.every(told)).toBe(true)
  }
  // What they were told is one of a few texts, and each was made once.
  const distinct = new Set(watchers.flatMap(({ payloads }) => payloads))
  expect(distinct.size).toBe(1 + 1 + 3) // a SNAPSHOT, an empty DELTA, and one for each insert
  const now = await counts()
  expect(now.renderings - before.renderings).toBe(distinct.size)
  const frames = (transport: Watcher['transport']) =>
    watchers.flatMap((each) => (each.transport === transport ? each.payloads : [])).length
  expect(now.websocket - before.websocket).toBe(frames('websocket'))
  expect(now.sse - before.sse).toBe(frames('sse'))
})

test('those with other rights, or who watch something else, share nothing', async () => {
  const before = await counts()
  await watch('websocket', 'admin', { name: 'b' })
  await watch('sse', 'reader', { name: 'b' })
  expect((await counts()).renderings - before.renderings).toBe(2)
  await watch('sse', 'other', { name: 'a' })
  expect((await counts()).renderings - before.renderings).toBe(3)
})

test('who may not read is told nothing that others are', async () => {
  const stream = events(
    app.app.url,
    QUERY,
    { signal: over.signal, authorization: 'Bearer other' },
    { name: 'b' },
  )
  const told: unknown[] = []
  for await (const { event, data } of stream) told.push(event, data && JSON.parse(data))
  expect(told).toMatchObject(['next', { errors: [{ extensions: { code: 'FORBIDDEN' } }] }, 'complete', ''])
})
