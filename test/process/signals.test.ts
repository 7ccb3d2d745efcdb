import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RedisServer, startRedisServer } from '../support/redis-server.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'

let redis: RedisServer
const started: ServerProcess[] = []
beforeAll(async () => {
  redis = await startRedisServer()
})
afterAll(async () => {
  for (const { kill, ended } of started) {
    kill('SIGKILL')
    await ended
  }
  await redis.stop()
})

async function startKairos(): Promise<{ kairos: ServerProcess; url: URL }> {
  const kairos = await startServerProcess(['--redis', redis.url, '--port', '0'])
  started.push(kairos)
  return { kairos, url: new URL(await kairos.says(/ready at (\S+)/)) }
}

/** A request whose body is awaited, so that draining takes its time. */
async function unfinishedRequest(url: URL): Promise<Socket> {
  const socket = connect(Number(url.port), '127.0.0.1')
  await once(socket, 'connect')
  const head = ['POST /graphql HTTP/1.1', 'host: localhost', 'content-type: application/json']
  socket.write([...head, 'expect: 100-continue', 'content-length: 26', '', ''].join('\r\n'))
  await once(socket, 'data')
  return socket
}

test('Ctrl-C drains though it comes twice, from the terminal and from npm', async () => {
  const { kairos, url } = await startKairos()
  const socket = await unfinishedRequest(url)
  kairos.kill('SIGINT')
  await kairos.says(/SIGINT: /)
  kairos.kill('SIGINT')
  kairos.kill('SIGTERM')
  socket.write('{"query":"{ __typename }"}')
  const [answer] = await once(socket, 'data')
  expect(String(answer)).toContain('HTTP/1.1 200 OK')
  expect(await kairos.ended).toBe(0)
})

test('whoever repeats either signal later has no patience, and the process ends at once', async () => {
  const { kairos, url } = await startKairos()
  await unfinishedRequest(url)
  const start = performance.now()
  kairos.kill('SIGINT')
  await kairos.says(/SIGINT: /)
  const over = kairos.ended.then(() => true)
  while (!(await Promise.race([over, wait(100, false)]))) kairos.kill('SIGTERM')
  expect(await kairos.ended).toBe(1)
  expect(performance.now() - start).toBeGreaterThan(1000)
})
