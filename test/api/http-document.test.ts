import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { startTestApp, type TestApp } from '../support/app.ts'

const text = readFileSync(fileURLToPath(new URL('../../docs/http.md', import.meta.url)), 'utf8')

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ monitor: false })
})
afterAll(() => app.stop())

describe('an example in docs/http.md answers what it says', () => {
  const examples = [...text.matchAll(/^```console\n(.*?)^```$/gms)].flatMap(([, block = '']) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((example) => {
        const end = example.indexOf('\n')
        return [example.slice(0, end), example.slice(end + 1).trimEnd()] as const
      }),
  )
  test('of which there are some', () => expect(examples.length).toBeGreaterThan(4))

  test.each(examples)('%s', async (command, expected) => {
    const { stdout } = await promisify(execFile)('bash', [
      '-c',
      command.replaceAll('http://localhost:4000', app.app.url),
    ])
    expect(stdout.trimEnd()).toBe(expected)
  })
})

describe('a close code in docs/http.md is that of a socket which', () => {
  const init = { type: 'connection_init' }
  const subscribe = {
    id: '1',
    type: 'subscribe',
    payload: { query: 'subscription { series(name: "x", interval: "minute") { kind } }' },
  }
  const PROTOCOL = 'graphql-transport-ws'

  test.each<[number, string, string | undefined, readonly (object | string)[]]>([
    [1009, 'sends more than may be sent', PROTOCOL, ['x'.repeat(4 * 1024 * 1024 + 1)]],
    [4400, 'sends no message', PROTOCOL, [init, 'nonsense']],
    [4401, 'asks before it was let in', PROTOCOL, [subscribe]],
    [4406, 'speaks no protocol', undefined, []],
    [4409, 'uses an id twice', PROTOCOL, [init, subscribe, subscribe]],
    [4429, 'asks twice to be let in', PROTOCOL, [init, init]],
  ])('%i: %s', async (code, _what, protocol, messages) => {
    expect(text).toContain(`| ${code} |`)
    const socket = new WebSocket(`${app.app.url.replace('http', 'ws')}/graphql`, protocol)
    const closed = once(socket, 'close')
    await once(socket, 'open')
    const [first, ...rest] = messages
    const send = (message: object | string | undefined) =>
      message && socket.send(typeof message === 'string' ? message : JSON.stringify(message))
    send(first)
    if (first === init) await once(socket, 'message')
    for (const message of rest) send(message)
    expect((await closed)[0]).toBe(code)
  })
})
