import { once } from 'node:events'
import { Agent, get, type IncomingMessage, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { createClient } from 'graphql-ws'
import { afterEach, beforeEach, expect, test } from 'vitest'
import WebSocket from 'ws'
import { startTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
let url: URL
beforeEach(async () => {
  app = await startTestApp({ monitor: false })
  url = new URL(app.app.url)
})
afterEach(() => app.stop())

async function connected(options: { allowHalfOpen?: boolean } = {}): Promise<Socket> {
  const socket = connect({ port: Number(url.port), host: '127.0.0.1', ...options })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

function upgrade(path: string): string {
  const head = [`GET ${path} HTTP/1.1`, `host: ${url.host}`, 'connection: upgrade', 'upgrade: websocket']
  const webSocket = ['sec-websocket-version: 13', 'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==']
  return [...head, ...webSocket, 'sec-websocket-protocol: graphql-transport-ws', '', ''].join('\r\n')
}

async function millisecondsToClose(): Promise<number> {
  const start = performance.now()
  await app.app.close()
  return performance.now() - start
}

test('who watches over SSE is not told that it is complete, and connections that wait for nothing hold nobody', async () => {
  const preopened = await connected()
  const agent = new Agent({ keepAlive: true })
  const [response] = await once(get({ port: url.port, path: '/health/live', agent }), 'response')
  response.resume()
  await once(response, 'end')
  const watched = await fetch(new URL('/graphql', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: '{"query":"subscription { series(name: \\"x\\", interval: \\"minute\\", steps: 1) { kind } }"}',
  })
  const events = watched.body?.getReader()
  await events?.read()

  const closing = millisecondsToClose()
  let last = ''
  for (let chunk = await events?.read(); chunk && !chunk.done; chunk = await events?.read())
    last += Buffer.from(chunk.value).toString()
  expect(last).not.toContain('event: complete')
  expect(await closing).toBeLessThan(3000)
  preopened.destroy()
  agent.destroy()
})

test('a mutation that runs over a WebSocket is acknowledged before the socket is closed', async () => {
  const client = createClient({ url: `ws://${url.host}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 })
  const insert = (name: string) =>
    client.iterate({ query: `mutation { insert(name: "${name}") { inserted } }` }).next()
  await insert('before')
  await app.redis.client('PAUSE', 60_000, 'WRITE')
  const inserting = insert('during')
  await expect.poll(() => app.redis.info('clients')).toContain('blocked_clients:1')
  const closing = millisecondsToClose()
  await app.redis.client('UNPAUSE')
  expect((await inserting).value.data).toEqual({ insert: { inserted: 1 } })
  expect(await closing).toBeLessThan(3000)
})

test('who watches over a WebSocket is asked to come back, not told that it is over', async () => {
  const client = createClient({ url: `ws://${url.host}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 })
  const updates = client.iterate({
    query: 'subscription { series(name: "x", interval: "hour", steps: 1) { kind } }',
  })
  await updates.next()
  const next = updates.next().catch((event) => event)
  expect(await millisecondsToClose()).toBeLessThan(3000)
  expect(await next).toMatchObject({ code: 1001 })
})

test('a request that runs is answered, and told that its connection ends', async () => {
  const agent = new Agent({ keepAlive: true })
  const headers = { 'content-type': 'application/json' }
  const mutation = request({ port: url.port, path: '/graphql', method: 'POST', headers, agent })
  await app.redis.client('PAUSE', 60_000, 'WRITE')
  mutation.end('{"query":"mutation { insert(name: \\"x\\") { inserted } }"}')
  await expect.poll(() => app.redis.info('clients')).toContain('blocked_clients:1')
  const closing = millisecondsToClose()
  await app.redis.client('UNPAUSE')
  const [answer]: IncomingMessage[] = await once(mutation, 'response')
  expect(answer?.headers.connection).toBe('close')
  expect((await answer?.toArray())?.join('')).toBe('{"data":{"insert":{"inserted":1}}}')
  expect(await closing).toBeLessThan(3000)
  agent.destroy()
})

test('those who watch are sent away one after another, and at once whoever asks something', async () => {
  const all = Array.from(
    { length: 150 },
    () => new WebSocket(`ws://${url.host}/graphql`, 'graphql-transport-ws'),
  )
  const closed = all.map(async (client) => {
    const [code] = await once(client, 'close')
    return { code, at: performance.now() }
  })
  await Promise.all(all.map((client) => once(client, 'open')))
  const last = all.at(-1)
  last?.send('{"type":"connection_init"}')
  if (last) await once(last, 'message')
  const closing = app.app.close()
  last?.send('{"type":"subscribe","id":"1","payload":{"query":"{ __typename }"}}')
  await closing
  const ends = await Promise.all(closed)
  expect(new Set(ends.map(({ code }) => code))).toEqual(new Set([1001]))
  const times = ends.map(({ at }) => at)
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(100)
  expect(times.filter((at) => at < (times.at(-1) ?? 0)).length).toBeLessThan(75)
})

test('a WebSocket that is refused does not wait for its client to hang up', async () => {
  const socket = await connected({ allowHalfOpen: true })
  socket.write(upgrade('/elsewhere'))
  const [answer] = await once(socket, 'data')
  expect(String(answer)).toContain('HTTP/1.1 404 Not Found')
  expect(await millisecondsToClose()).toBeLessThan(3000)
  socket.destroy()
})

test('a client that hears nothing does not hold the server for longer than running requests may', async () => {
  const socket = await connected()
  socket.write(upgrade('/graphql'))
  const [answer] = await once(socket, 'data')
  expect(String(answer)).toContain('HTTP/1.1 101 Switching Protocols')
  socket.pause()
  expect(await millisecondsToClose()).toBeLessThan(10_000)
  socket.destroy()
})
