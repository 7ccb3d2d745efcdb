import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import WebSocket from 'ws'
import { Live, Watch } from '../../src/live/index.ts'
import { startTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ monitor: false })
})
afterAll(() => app.stop())
afterEach(() => vi.restoreAllMocks())

const query = 'subscription { series(name: "x", interval: "minute", steps: 3) { kind } }'

/** Each begins a subscription; what it gives goes away before the server has answered. */
const transports = {
  async SSE() {
    const abort = new AbortController()
    const asked = fetch(`${app.app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query }),
      signal: abort.signal,
    })
    asked.catch(() => {})
    return () => abort.abort()
  },
  async WebSocket() {
    const socket = new WebSocket(`${app.app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
    await once(socket, 'open')
    socket.send(JSON.stringify({ type: 'connection_init' }))
    await once(socket, 'message')
    socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query } }))
    return () => socket.terminate()
  },
}

async function watchers(): Promise<string | undefined> {
  const metrics = await (await fetch(`${app.app.url}/metrics`)).text()
  return /^kairos_watchers (\d+)$/m.exec(metrics)?.[1]
}

test.each(Object.entries(transports))(
  'over %s, who goes while a subscription is being set up watches no longer',
  async (_name, subscribe) => {
    const watch = vi.spyOn(Live.prototype, 'watch')
    process.kill(app.server.pid, 'SIGSTOP')
    const goAway = await subscribe()
    await expect.poll(() => watch.mock.results.length).toBe(1)
    goAway()
    process.kill(app.server.pid, 'SIGCONT')
    expect(await watch.mock.results[0]?.value).toBeInstanceOf(Watch)
    await expect.poll(watchers).toBe('0')
  },
)

const queries = { subscription: query, query: '{ series(name: "y", interval: "minute", steps: 3) { end } }' }

test.each(Object.entries(queries))(
  'a %s that is completed before it has begun leaves its id to another one, which ends with the socket',
  async (_type, first) => {
    const socket = new WebSocket(`${app.app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
    const received: { readonly id: string; readonly type: string; readonly payload: unknown }[] = []
    await once(socket, 'open')
    socket.send(JSON.stringify({ type: 'connection_init' }))
    await once(socket, 'message')
    socket.on('message', (data) => received.push(JSON.parse(String(data))))
    process.kill(app.server.pid, 'SIGSTOP')
    const second = 'subscription { series(name: "z", interval: "minute", steps: 3) { changed { names } } }'
    socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: first } }))
    socket.send(JSON.stringify({ type: 'complete', id: '1' }))
    socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: second } }))
    socket.send(JSON.stringify({ type: 'ping' }))
    await once(socket, 'message')
    process.kill(app.server.pid, 'SIGCONT')
    await expect.poll(() => received.length).toBe(2)
    await expect.poll(watchers).toBe('1')
    expect(received[1]).toEqual({
      id: '1',
      type: 'next',
      payload: { data: { series: { changed: { names: ['z'] } } } },
    })
    socket.terminate()
    await expect.poll(watchers).toBe('0')
  },
)
