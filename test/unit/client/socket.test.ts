import { once } from 'node:events'
import { afterEach, expect, test, vi } from 'vitest'
import { WebSocketServer } from 'ws'
import { NodeWebSocket } from '../../../src/client/node-web-socket.ts'
import { SILENCE, Socket } from '../../../src/client/socket.ts'

afterEach(() => {
  vi.useRealTimers()
})

test('a server that answers no ping is left, though something came of it after the ping', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const server = new WebSocketServer({ port: 0, handleProtocols: () => 'graphql-transport-ws' })
  await once(server, 'listening')
  let pings = 0
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      const { type } = JSON.parse(String(data))
      if (type === 'connection_init') socket.send(JSON.stringify({ type: 'connection_ack' }))
      if (type !== 'ping') return
      pings += 1
      socket.send(JSON.stringify({ id: 'late', type: 'next', payload: { data: {} } })) // on its way before the network went
    })
  })
  let [isOpen, heard, hasEnded] = [false, 0, false]
  const address = server.address()
  const socket = new Socket({
    url: `ws://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    token: undefined,
    webSocket: NodeWebSocket,
    onOpen: () => {
      isOpen = true
    },
    onHeard: () => {
      heard += 1
    },
    onStore() {},
    onEnd: () => {
      hasEnded = true
    },
  })
  await expect.poll(() => isOpen, { timeout: 4000 }).toBe(true)
  vi.advanceTimersByTime(SILENCE / 2)
  await expect.poll(() => pings, { timeout: 4000 }).toBe(1)
  await expect.poll(() => heard, { timeout: 4000 }).toBe(2)
  vi.advanceTimersByTime(SILENCE / 2)
  expect(hasEnded).toBe(true)
  socket.close()
  for (const each of server.clients) each.terminate()
  server.close()
})
