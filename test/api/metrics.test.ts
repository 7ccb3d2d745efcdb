import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import WebSocket from 'ws'
import { startTestApp, type TestApp } from '../support/app.ts'
import { token } from '../support/tokens.ts'

const timeseries = [{ name: 'hits', match: 'hits.*', type: 'count', intervals: { minute: { step: 60 } } }]

let open: TestApp
let closed: TestApp
beforeAll(async () => {
  open = await startTestApp({ monitor: false, timeseries })
  const tokens = [token('operator', 'admin'), token('reader', 'read:**', 'write:**', 'delete:**')]
  closed = await startTestApp({ monitor: false, timeseries, auth: { tokens } })
})
afterAll(async () => {
  await open.stop()
  await closed.stop()
})

async function metrics({ app: { url } }: TestApp, presented?: string) {
  const headers = presented === undefined ? {} : { authorization: `Bearer ${presented}` }
  const response = await fetch(`${url}/metrics`, { headers })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

/** The value behind what stands at the beginning of a line. */
const valueFor = (text: string, what: string) =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${what} `))
      ?.split(' ')[1],
  )

test('operations are counted by type and outcome, whatever clients call them', async () => {
  await open.query('query Mine { definitions { name } }')
  await open.query('mutation { insert(name: "hits.a", value: 1) { inserted } }')
  await open.query('mutation { insert(name: "nothing", value: 1) { inserted } }')
  const { status, headers, text } = await metrics(open)
  expect([status, headers.get('content-type')]).toEqual([200, expect.stringContaining('text/plain')])
  const count = (type: string, outcome: string) =>
    valueFor(text, `kairos_operation_seconds_count{type="${type}",outcome="${outcome}"}`)
  expect([count('query', 'ok'), count('mutation', 'ok'), count('mutation', 'failed')]).toEqual([1, 1, 1])
  expect(text).not.toContain('Mine')
  expect(valueFor(text, 'process_cpu_seconds_total')).toBeGreaterThan(0)
})

test('sockets, windows and watchers are those of now', async () => {
  const client = createClient({
    url: `${open.app.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
  })
  const query = 'subscription { series(name: "hits.a", interval: "minute", steps: 5) { cursor } }'
  const updates = client.iterate({ query })
  await updates.next()
  const { text } = await metrics(open)
  const now = ['kairos_websockets', 'kairos_windows', 'kairos_watchers'].map((name) => valueFor(text, name))
  expect(now).toEqual([1, 1, 1])
  await updates.return?.()
  await client.dispose()
  await vi.waitFor(async () => expect(valueFor((await metrics(open)).text, 'kairos_watchers')).toBe(0))
})

test('with auth, metrics are for the scope admin alone', async () => {
  expect((await metrics(closed)).status).toBe(401)
  expect((await metrics(closed, 'no-such-token')).status).toBe(401)
  const refused = await metrics(closed, 'reader')
  expect([refused.status, JSON.parse(refused.text).errors[0].extensions.code]).toEqual([403, 'FORBIDDEN'])
  expect((await metrics(closed, 'operator')).status).toBe(200)
})

test('pages of other sites cannot read them', async () => {
  const headers = { origin: 'https://elsewhere.example' }
  expect((await fetch(`${open.app.url}/metrics`, { headers })).status).toBe(403)
})
