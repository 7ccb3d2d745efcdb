import { once } from 'node:events'
import type { createServer } from 'node:net'
import { expect, test } from 'vitest'
import WebSocket, { WebSocketServer } from 'ws'
import { textFrame } from '../../../../src/server/socket/text-frame.ts'

test('a frame of any length is one message to a client', async () => {
  const server = new WebSocketServer({ port: 0 })
  await once(server, 'listening')
  const { port } = server.address() as ReturnType<ReturnType<typeof createServer>['address']> & object
  const upgraded = once(server, 'connection')
  const client = new WebSocket(`ws://localhost:${port}`)
  const [, request] = await upgraded
  const received: string[] = []
  client.on('message', (data, isBinary) => received.push(`${isBinary}${data}`))
  // On either side of where the length of a frame takes more bytes.
  const lengths = [0, 122, 123, 124, 125, 65_530, 65_531, 65_532, 65_533, 65_534, 200_000]
  const payloads = lengths.map((length) => 'x'.repeat(length))
  for (const payload of payloads) request.socket.write(textFrame('ü', Buffer.from(payload), '}'))
  await expect.poll(() => received.length).toBe(lengths.length)
  expect(received).toEqual(payloads.map((payload) => `falseü${payload}}`))
  client.terminate()
  server.close()
})
