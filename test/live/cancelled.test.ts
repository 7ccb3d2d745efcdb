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
