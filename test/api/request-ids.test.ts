import { once } from 'node:events'
import { createClient } from 'graphql-ws'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import WebSocket from 'ws'
import { Store } from '../../src/kairos/index.ts'
import type { About, Log } from '../../src/log.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { token } from '../support/tokens.ts'
import { transports } from '../support/transports.ts'

const lines: { message: string; about: About | undefined }[] = []
const write = (message: string, about?: About) => void lines.push({ message, about })
const log: Log = { debug: write, info: write, warn: write, error: write }

let app: TestApp
beforeAll(async () => {
  const auth = { tokens: [token('operator', 'admin')] }
  app = await startTestApp({ monitor: false, auth }, log)
})
afterEach(() => {
  vi.restoreAllMocks()
  lines.length = 0
})
afterAll(() => app.stop())

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`
const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/

async function idFor(headers: Record<string, string>, path = '/graphql') {
  const response = await fetch(app.app.url + path, { headers })
  return response.headers.get('x-request-id')
}

describe('a request is answered with', () => {
  test('the id that its client gives, on every path and whatever comes of it', async () => {
    for (const path of ['/', '/graphql', '/metrics', '/health/live', '/health/ready', '/nowhere'])
      expect(await idFor({ 'x-request-id': 'mine-1' }, path)).toBe('mine-1')
  })

  test('that of its trace, where it gives none', async () => {
    expect(await idFor({ traceparent })).toBe(TRACE)
    expect(await idFor({ traceparent, 'x-request-id': 'mine-2' })).toBe('mine-2')
  })

  test.each([
    ['nothing', {}],
    ['what could pass for another line', { 'x-request-id': 'a b' }],
    ['quotes', { 'x-request-id': '"}' }],
    ['more than an id needs', { 'x-request-id': 'x'.repeat(129) }],
    ['a trace of zeros', { traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` }],
    ['no trace', { traceparent: 'nonsense' }],
  ])('a new one where it gives %s', async (_what, headers) => {
    const [one, two] = [await idFor(headers), await idFor(headers)]
    expect(one).toMatch(UUID)
    expect(two).not.toBe(one)
  })
})

test('a WebSocket is opened with an id', async () => {
  const socket = new WebSocket(`${app.app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    headers: { 'x-request-id': 'mine-3' },
  })
  const [{ headers }] = await once(socket, 'upgrade')
  expect(headers['x-request-id']).toBe('mine-3')
  socket.terminate()
})

describe('a mistake of ours', () => {
  const query = '{ catalogue { edges { cursor } } }'
  const broken = () => vi.spyOn(Store.prototype, 'search').mockRejectedValue(new Error('it is broken'))

  test.each(Object.entries(transports))(
    'over %s is found in the log by what the client was told',
    async (_, ask) => {
      broken()
      const { reply } = await ask(app.app.url, query, 'Bearer operator')
      const extensions = reply.errors?.[0]?.extensions
      expect(extensions).toEqual({ code: 'INTERNAL', requestId: expect.stringMatching(UUID) })
      expect(lines).toEqual([
        { message: expect.stringContaining('it is broken'), about: { requestId: extensions?.requestId } },
      ])
    },
  )

  test('over HTTP has the id of its request', async () => {
    broken()
    const response = await fetch(`${app.app.url}/graphql?query=${encodeURIComponent(query)}`, {
      headers: { authorization: 'Bearer operator', 'x-request-id': 'mine-4' },
    })
    const { errors } = await response.json()
    expect([errors[0].extensions.requestId, lines[0]?.about?.requestId]).toEqual(['mine-4', 'mine-4'])
  })

  test('over WebSocket has the id of that which opened it', async () => {
    broken()
    class Named extends WebSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol, { headers: { 'x-request-id': 'mine-5' } })
      }
    }
    const client = createClient({
      url: `${app.app.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: Named,
      connectionParams: { authorization: 'Bearer operator' },
    })
    const { value } = await client.iterate({ query }).next()
    expect(value?.errors?.[0]?.extensions?.requestId).toBe('mine-5')
    expect(lines.map(({ about }) => about)).toEqual([{ requestId: 'mine-5' }])
    await client.dispose()
  })

  test('alone is told with an id', async () => {
    const { reply } = (await transports.GET?.(app.app.url, '{ nope }', 'Bearer operator')) ?? {}
    expect(reply?.errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT' })
  })

  test('leaves no token in the log', async () => {
    broken()
    for (const ask of Object.values(transports)) await ask(app.app.url, query, 'Bearer operator')
    expect(lines.length).toBeGreaterThan(0)
    expect(JSON.stringify(lines)).not.toContain('operator')
  })
})
