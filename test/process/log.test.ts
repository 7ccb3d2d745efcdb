import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RedisServer, startRedisServer } from '../support/redis-server.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'

let redis: RedisServer
let server: ServerProcess
beforeAll(async () => {
  redis = await startRedisServer()
  server = await startServerProcess(['--redis', redis.url, '--port', '0', '--log-level', 'debug'])
})
afterAll(async () => {
  server.kill('SIGTERM')
  await server.ended
  await redis.stop()
})

test('where nobody reads along, each line of the log is JSON, with the id of the request that it concerns', async () => {
  const port = Number(await server.says(/http:\/\/localhost:(\d+)/))
  const socket = connect(port, 'localhost')
  const head = [
    'POST /graphql HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/json',
    'Content-Length: 9',
  ]
  socket.write(`${[...head, 'Expect: 100-continue', 'X-Request-Id: mine'].join('\r\n')}\r\n\r\n`)
  await once(socket, 'data') // it waits for the body
  socket.destroy()
  await server.says(/"requestId":"mine".*\n/)
  const lines = server.output
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('Kairos is ready'))
    .map((line) => JSON.parse(line))
  for (const line of lines)
    expect(line).toMatchObject({
      level: expect.any(Number),
      time: expect.any(Number),
      msg: expect.any(String),
    })
  expect(lines.filter(({ requestId }) => requestId === 'mine')).toEqual([
    expect.objectContaining({ level: 20, msg: expect.stringContaining('its client is gone') }),
  ])
})
