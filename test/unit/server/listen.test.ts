import { once } from 'node:events'
import { expect, test } from 'vitest'
import WebSocket from 'ws'
import { answerWith, listen } from '../../../src/server/listen.ts'

test('a server that is starting is alive, and ready for nothing else', async () => {
  const { server, url } = await listen({ port: 0, host: '127.0.0.1' })
  const ask = async (path: string) => {
    const response = await fetch(url + path)
    return [response.status, await response.text()]
  }
  expect(await ask('/health/live')).toEqual([200, 'ok\n'])
  expect(await ask('/health/ready')).toEqual([503, 'Kairos is starting\n'])
  expect((await ask('/graphql'))[0]).toBe(503)
  answerWith(server, (_request, response) => response.end('handled'))
  expect(await ask('/health/live')).toEqual([200, 'handled'])
  server.close()
})

test('who asks for a stream of events while the server is starting is given no answer, upon which an EventSource comes back', async () => {
  const { server, url } = await listen({ port: 0, host: '127.0.0.1' })
  const asking = fetch(`${url}/graphql`, { headers: { accept: 'text/event-stream' } })
  await expect(asking).rejects.toMatchObject({ cause: { code: 'UND_ERR_SOCKET' } })
  server.close()
})

test('a WebSocket that comes while the server is starting is refused, and not kept waiting', async () => {
  const { server, url } = await listen({ port: 0, host: '127.0.0.1' })
  const socket = new WebSocket(url.replace('http', 'ws'))
  const [error] = await once(socket, 'error')
  expect(error.message).toBe('Unexpected server response: 503')
  server.close()
})

test('a connection over which nothing goes does not stay, though an answer waits for it', async () => {
  const { server } = await listen({ port: 0, host: '127.0.0.1' })
  expect(server.timeout).toBe(30_000)
  server.close()
})
