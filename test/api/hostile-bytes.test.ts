import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { startTestApp, type TestApp } from '../support/app.ts'
import { lawful } from '../support/hostile/laws.ts'
import { everything } from '../support/stores.ts'

let app: TestApp
let port: number
let stored: Record<string, string>
beforeAll(async () => {
  app = await startTestApp({
    monitor: false,
    timeseries: [{ name: 'all', match: '**', type: 'count', intervals: { minute: { step: 60 } } }],
  })
  port = Number(new URL(app.app.url).port)
})
beforeEach(async () => {
  stored = await everything(app.redis)
})
afterAll(() => app.stop())

const WRITE = JSON.stringify({ query: 'mutation { insert(name: "written") { inserted } }' })

/** Others are served, and nothing was written. */
async function unharmed(): Promise<void> {
  expect(await app.query('{ __typename }')).toEqual({ data: { __typename: 'Query' } })
  expect(await everything(app.redis)).toEqual(stored)
}

async function open(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {}) // the server may reset what it does not read
  await once(socket, 'connect')
  return socket
}

/** All that comes back until the server ends the connection. */
async function exchange(...sent: readonly (string | Buffer)[]): Promise<string> {
  const socket = await open()
  let received = ''
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1')
  })
  for (const each of sent) socket.write(each)
  await once(socket, 'close')
  return received
}

const head = (line: string, ...headers: string[]) =>
  `${[line, 'Host: localhost', 'Connection: close', ...headers].join('\r\n')}\r\n\r\n`
const POST = 'POST /graphql HTTP/1.1'
const JSON_BODY = 'Content-Type: application/json'
const post = (body: string | Buffer, ...headers: string[]) =>
  Buffer.concat([
    Buffer.from(head(POST, JSON_BODY, `Content-Length: ${Buffer.byteLength(body)}`, ...headers)),
    Buffer.from(body),
  ])
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1])
/** The JSON in it, whether it came in chunks or not; else what there is. */
const bodyOf = (answer: string) => {
  const body = answer.slice(answer.indexOf('\r\n\r\n') + 4)
  return /^\{.*\}/m.exec(body)?.[0] ?? body
}

describe('what is no request is refused as one that the client got wrong', () => {
  test.each<[string, string, number]>([
    ['a line of noise', '\u0016\u0003\u0001\u0002\r\n\r\n', 400],
    ['a line without a path', head('POST'), 400],
    ['a method that there is not', head('FETCH /graphql HTTP/1.1'), 400],
    ['another protocol', head('GET /graphql SPDY/3'), 400],
    ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    [
      'two lengths',
      `${head(POST, JSON_BODY, 'Content-Length: 5', `Content-Length: ${WRITE.length}`)}${WRITE}`,
      400,
    ],
    [
      'a length beside chunks',
      `${head(POST, JSON_BODY, `Content-Length: ${WRITE.length}`, 'Transfer-Encoding: chunked')}0\r\n\r\n`,
      400,
    ],
    ['a length that is no number', `${head(POST, JSON_BODY, 'Content-Length: 1e3')}${WRITE}`, 400],
    ['a length below 0', `${head(POST, JSON_BODY, 'Content-Length: -1')}${WRITE}`, 400],
    ['chunks of no size', `${head(POST, JSON_BODY, 'Transfer-Encoding: chunked')}xyz\r\n`, 400],
    ['a header within a header', head('GET / HTTP/1.1', 'X: a\u0000b'), 400],
    ['headers of 100 kB', head('GET / HTTP/1.1', `X: ${'x'.repeat(100_000)}`), 431],
    ['a query of 100 kB', head(`GET /graphql?query=${'x'.repeat(100_000)} HTTP/1.1`), 431],
    ['TRACE', head('TRACE /graphql HTTP/1.1'), 405],
    ['a proxy', head('CONNECT evil.example:443 HTTP/1.1'), 0],
  ])('%s', async (_what, request, status) => {
    const answer = await exchange(request)
    // Node ends what asks for a tunnel without a word.
    expect(status === 0 ? answer : statusOf(answer)).toBe(status === 0 ? '' : status)
    expect(answer).not.toMatch(/Error|node_modules|\.[jt]s/)
    await unharmed()
  })

  test.each([
    '//',
    '//graphql',
    '/graphql/',
    '/graphql/..',
    '/%00',
    '/%',
    '/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
  ])('the path %s', async (path) => {
    const answer = await exchange(head(`GET ${path} HTTP/1.1`))
    expect([400, 404, 406]).toContain(statusOf(answer))
    expect(answer).not.toContain('root:')
    await unharmed()
  })

  test('HEAD has no body', async () => {
    expect(bodyOf(await exchange(head('HEAD /graphql HTTP/1.1')))).toBe('')
  })
})

describe('a body', () => {
  test.each<[string, string | Buffer]>([
    ['of nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['a list of requests', `[${WRITE}]`],
    ['a number', '5'],
    ['a text', '"x"'],
    ['cut off', WRITE.slice(0, -1)],
    ['with more behind it', `${WRITE}${WRITE}`],
    ['in UTF-16', Buffer.from(`\ufeff${WRITE}`, 'utf16le')],
    ['of bytes that are no UTF-8', Buffer.from(WRITE.replace('written', '\u00ff\u00fe'), 'latin1')],
    ['of a surrogate in bytes', Buffer.from(WRITE.replace('written', '\u00ed\u00a0\u0080'), 'latin1')],
    ['with a prototype for its query', `{"__proto__": ${WRITE}}`],
    ['with a constructor for its query', `{"constructor": {"prototype": ${WRITE}}}`],
    ['with variables that are a list', `{"query": "{ __typename }", "variables": [1]}`],
    ['with a query that is an object', `{"query": ${WRITE}}`],
    ['nested 1,000,000 deep', '['.repeat(1_000_000)],
    ['with a name that is none', WRITE.replace('}"', '}", "operationName": "x"')],
    ['compressed without saying so', Buffer.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0)],
  ])('%s is refused with a code, and writes nothing', async (_what, body) => {
    const answer = await exchange(post(body, 'Accept: application/json'))
    expect([200, 400]).toContain(statusOf(answer))
    expect(lawful(bodyOf(answer)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
    await unharmed()
  })

  test('with a key twice means the last, as JSON.parse has it, on every way', async () => {
    const body = `{"query": "mutation { insert(name: \\"written\\") { inserted } }", "query": "{ __typename }"}`
    for (const accept of ['application/json', 'text/event-stream']) {
      const headers = { 'content-type': 'application/json', accept }
      const response = await fetch(`${app.app.url}/graphql`, { method: 'POST', headers, body })
      expect(await response.text()).toContain('{"data":{"__typename":"Query"}}')
    }
    await unharmed()
  })

  test('with prototypes among what is passed over changes nothing', async () => {
    const body = `{"query": "{ __typename }", "__proto__": {"query": "{ a }"}, "variables": {"__proto__": {"x": 1}}, "extensions": {"__proto__": {"persistedQuery": {}}}}`
    expect(bodyOf(await exchange(post(body)))).toBe('{"data":{"__typename":"Query"}}')
    expect(Object.keys(Object.prototype)).toEqual([])
    await unharmed()
  })

  test('that never ends keeps nobody else waiting', async () => {
    const slow = await Promise.all(Array.from({ length: 50 }, open))
    for (const [i, socket] of slow.entries()) {
      if (i % 2) socket.write(head(POST, JSON_BODY, 'Content-Length: 1000000').replace('close', 'keep-alive'))
      else socket.write(head(POST, JSON_BODY, 'Transfer-Encoding: chunked'))
      socket.write(i % 2 ? WRITE : `${WRITE.length.toString(16)}\r\n${WRITE}\r\n`)
    }
    await unharmed()
    for (const socket of slow) socket.destroy()
    await unharmed()
  })

  test('behind another is a request of its own', async () => {
    const both = Buffer.concat([
      Buffer.from(post('{"query": "{ a: __typename }"}').toString().replace('close', 'keep-alive')),
      post('{"query": "{ b: __typename }"}'),
    ])
    expect(await exchange(both)).toMatch(/\{"data":\{"a":"Query"\}\}.*\{"data":\{"b":"Query"\}\}/s)
  })
})

describe('another site', () => {
  const origin = 'https://evil.example'
  test.each<[string, Record<string, string>, string, number]>([
    ['posts JSON', { origin, 'content-type': 'application/json' }, WRITE, 403],
    ['posts JSON as a text, which needs no preflight', { origin, 'content-type': 'text/plain' }, WRITE, 403],
    ['posts a form', { origin, 'content-type': 'application/x-www-form-urlencoded' }, `query=${WRITE}`, 403],
    ['posts from a sandbox', { origin: 'null', 'content-type': 'application/json' }, WRITE, 403],
    ['posts a text with its origin hidden', { 'content-type': 'text/plain' }, WRITE, 415],
    ['posts several media types', { 'content-type': 'text/plain, application/json' }, WRITE, 415],
    [
      'posts a form of parts',
      { 'content-type': 'multipart/form-data; boundary=x' },
      `--x\r\n\r\n${WRITE}`,
      415,
    ],
    ['posts nothing that it names', {}, WRITE, 415],
  ])('that %s writes nothing', async (_what, headers, body, status) => {
    const given = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    const answer = await exchange(head(POST, `Content-Length: ${body.length}`, ...given), body)
    expect(statusOf(answer)).toBe(status)
    expect(lawful(bodyOf(answer)).data).toBeUndefined()
    expect(answer.toLowerCase()).not.toContain('access-control-allow-origin')
    await unharmed()
  })

  test('that has its own name point here is answered nothing', async () => {
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1.evil.example',
      'localhost.evil.example',
    ]) {
      const answer = await exchange(post(WRITE).toString().replace('Host: localhost', `Host: ${host}`))
      expect([host, statusOf(answer)]).toEqual([host, 403])
    }
    await unharmed()
  })

  test.each([{ origin }, { origin: 'null' }, { host: 'evil.example' }])(
    'opens no WebSocket: %j',
    async (headers) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', { headers })
      const [, response] = await once(socket, 'unexpected-response')
      expect(response.statusCode).toBe(403)
      response.destroy()
    },
  )
})

describe('a WebSocket', () => {
  const dial = async (protocols: string[] = ['graphql-transport-ws'], options = {}) => {
    const socket = new WebSocket(`ws://localhost:${port}/graphql`, protocols, options)
    const closed = once(socket, 'close').then(([code, reason]) => ({ code, reason: String(reason) }))
    await once(socket, 'open')
    return { socket, closed }
  }
  const init = '{"type": "connection_init"}'
  const subscribe = (id: string, query: string) =>
    JSON.stringify({ id, type: 'subscribe', payload: { query } })

  test.each<[string, readonly (string | Buffer)[], number]>([
    ['nonsense', ['nonsense'], 4400],
    ['nothing', [''], 4400],
    ['a number', ['5'], 4400],
    ['a list', ['[]'], 4400],
    ['bytes that are no message', [Buffer.of(0, 1, 2, 255)], 4400],
    ['JSON, 1,000,000 deep', [init, '['.repeat(1_000_000)], 4400],
    ['a greeting of more than 64 KiB', [`${init.slice(0, -1)}, "payload": "${'x'.repeat(65_536)}"}`], 1009],
    ['a message of an unknown type', ['{"type": "__proto__"}'], 4400],
    ['a message whose type is an object', ['{"type": {}}'], 4400],
    ['a greeting that is none', ['{"type": "connection_init", "payload": 5}'], 4400],
    ['an operation before a greeting', [subscribe('1', '{ __typename }')], 4401],
    ['two greetings', [init, init], 4429],
    ['an operation without an id', [init, '{"type": "subscribe", "payload": {"query": "{a}"}}'], 4400],
    ['an operation without a query', [init, '{"id": "1", "type": "subscribe", "payload": {}}'], 4400],
    ['an operation whose id is empty', [init, subscribe('', '{ __typename }')], 4400],
    [
      'an id twice',
      [
        init,
        ...Array(2).fill(subscribe('1', 'subscription { series(name: "a", interval: "minute") { kind } }')),
      ],
      4409,
    ],
    ['more than 4 MiB', [init, 'x'.repeat(4 * 1024 * 1024 + 1)], 1009],
  ])('that sends %s is closed with a code and a reason', async (_what, messages, code) => {
    const { socket, closed } = await dial()
    for (const each of messages) {
      socket.send(each)
      if (each === init) await Promise.race([once(socket, 'message'), closed])
    }
    expect(await closed).toEqual({ code, reason: expect.stringMatching(/./) })
    await unharmed()
  })

  test('that asks for no protocol of ours is closed, too', async () => {
    const { closed } = await dial([])
    expect(await closed).toEqual({ code: 4406, reason: expect.stringMatching(/./) })
  })

  test.each(['__proto__', 'constructor', 'toString'])('may call an operation %s', async (id) => {
    const { socket, closed } = await dial()
    socket.send(init)
    await once(socket, 'message')
    socket.send(subscribe(id, '{ __typename }'))
    const [answer] = await Promise.race([
      once(socket, 'message'),
      closed.then((how) => [JSON.stringify(how)]),
    ])
    expect(JSON.parse(String(answer))).toMatchObject({ id, type: 'next' })
    socket.terminate()
  })

  test('gets its messages in pieces, compressed or not, as it gets them whole', async () => {
    const { socket } = await dial(undefined, { perMessageDeflate: true })
    for (const [i, letter] of [...init].entries()) socket.send(letter, { fin: i === init.length - 1 })
    expect(String((await once(socket, 'message'))[0])).toContain('connection_ack')
    socket.send(Buffer.from(subscribe('1', '{ __typename }')), { binary: true })
    expect(String((await once(socket, 'message'))[0])).toContain('{"data":{"__typename":"Query"}}')
    socket.terminate()
  })

  test('that subscribes a thousand times at once carries as many as it may, and the others are told', async () => {
    const { socket } = await dial()
    socket.send(init)
    await once(socket, 'message')
    const answers: { type: string; payload: { extensions: { code: string } }[] }[] = []
    const done = new Promise<void>((resolve) =>
      socket.on('message', (data) => {
        const answer = JSON.parse(String(data))
        if (answer.type === 'next' || answer.type === 'error') answers.push(answer)
        if (answers.length === 1000) resolve()
      }),
    )
    for (let i = 0; i < 1000; i += 1)
      socket.send(subscribe(String(i), 'subscription { series(name: "a", interval: "minute") { kind } }'))
    await done
    const refused = answers.filter(({ type }) => type === 'error')
    expect(refused).toHaveLength(900)
    for (const { payload } of refused) expect(payload[0]?.extensions.code).toBe('RATE_LIMITED')
    socket.terminate()
    await unharmed()
  })

  const upgrade = head(
    'GET /graphql HTTP/1.1',
    'Upgrade: websocket',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Protocol: graphql-transport-ws',
  ).replace('Connection: close', 'Connection: Upgrade')

  test.each<[string, Buffer, number]>([
    ['does not mask its frames', Buffer.of(0x81, 2, 0x7b, 0x7d), 1002],
    ['sets bits that mean nothing', Buffer.of(0xf1, 0x80, 0, 0, 0, 0), 1002],
    ['sends a frame of no kind', Buffer.of(0x83, 0x80, 0, 0, 0, 0), 1002],
    ['goes on with what never began', Buffer.of(0x80, 0x80, 0, 0, 0, 0), 1002],
    ['sends a text that is no UTF-8', Buffer.of(0x81, 0x81, 0, 0, 0, 0, 0xff), 1007],
    ['announces 2^63 bytes', Buffer.of(0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 1009],
    ['pings with more than may be', Buffer.of(0x89, 0xfe, 0, 126, 0, 0, 0, 0), 1002],
  ])('that %s is closed with a code', async (_what, frame, code) => {
    const answer = Buffer.from(await exchange(upgrade, frame), 'latin1')
    const frames = answer.subarray(answer.indexOf('\r\n\r\n') + 4)
    expect([frames[0], frames.readUInt16BE(2)]).toEqual([0x88, code])
    await unharmed()
  })
})
