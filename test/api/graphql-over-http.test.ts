import { once } from 'node:events'
import { request } from 'node:http'
import { serverAudits } from 'graphql-http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Reply, startTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
let url: string
beforeAll(async () => {
  app = await startTestApp({ monitor: false })
  url = `${app.app.url}/graphql`
})
afterAll(() => app.stop())

describe('every audit of graphql-http passes', () => {
  const audits = serverAudits({ url: () => url })
  test('of which there are 61', () => expect(audits).toHaveLength(61))

  test.each(audits.map(({ id, name, fn }) => [id, name, fn] as const))('%s %s', async (_id, _name, audit) => {
    expect(await audit()).toMatchObject({ status: 'ok' })
  })
})

const JSON_TYPE = 'application/json; charset=utf-8'
const GRAPHQL_TYPE = 'application/graphql-response+json; charset=utf-8'
const QUERY = JSON.stringify({ query: '{ __typename }' })

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly reply: Reply
}

async function ask(init: RequestInit & { readonly search?: string }): Promise<Answer> {
  const { status, headers, ...response } = await fetch(url + (init.search ?? ''), init).then(
    async (answer) => ({ status: answer.status, headers: answer.headers, text: await answer.text() }),
  )
  return { status, headers, reply: response.text === '' ? {} : JSON.parse(response.text) }
}

const post = (body: RequestInit['body'], headers: Record<string, string> = {}) =>
  ask({ method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: body ?? null })

function expectRefusal({ status, headers, reply }: Answer, expected: number): void {
  expect(status).toBe(expected)
  expect(headers.get('content-type')).toMatch(/^application\/(graphql-response\+)?json; charset=utf-8$/)
  expect(Object.keys(reply)).toEqual(['errors'])
  expect(reply.errors).toHaveLength(1)
  expect(reply.errors?.[0]?.message).toBeTruthy()
  expect(reply.errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT' })
}

describe('a body is JSON in UTF-8', () => {
  test.each([
    ['application/json', 200],
    ['Application/JSON', 200],
    ['application/json;charset=UTF-8', 200],
    ['application/json; charset="utf-8"', 200],
    ['application/json; profile=x', 200],
    ['application/json; charset=utf-16', 415],
    ['application/json; charset=iso-8859-1', 415],
    ['application/jsonx', 415],
    ['application/graphql', 415],
    ['application/graphql+json', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
    ['text/plain', 415],
    ['text/plain; application/json', 415],
    ['', 415],
  ])('%s is %i', async (type, status) => {
    const answer = await post(QUERY, { 'content-type': type })
    if (status === 200) expect(answer.reply).toEqual({ data: { __typename: 'Query' } })
    else expectRefusal(answer, status)
  })

  test('or nothing is understood, in a form as little as in a stream of unknown type', async () => {
    for (const body of [new URLSearchParams({ query: '{ __typename }' }), new FormData(), new Blob([QUERY])])
      expectRefusal(await ask({ method: 'POST', body }), 415)
  })

  test('compressed, it is not', async () => {
    expectRefusal(await post(QUERY, { 'content-encoding': 'gzip' }), 415)
  })

  test('a byte order mark in front of it is passed over', async () => {
    expect((await post(`\ufeff${QUERY}`)).reply).toEqual({ data: { __typename: 'Query' } })
  })

  test.each([
    ['nothing', ''],
    ['half of it', QUERY.slice(0, -1)],
    ['bytes that are no UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['UTF-16', Buffer.from(QUERY, 'utf16le')],
    ['null', 'null'],
    ['a text', '"{ __typename }"'],
    ['a list of operations', `[${QUERY},${QUERY}]`],
    ['an empty list', '[]'],
    ['no document', '{}'],
    ['an empty document', '{"query":""}'],
    ['a number for a document', '{"query":1}'],
    ['a list for variables', '{"query":"{ __typename }","variables":[]}'],
    ['a text for extensions', '{"query":"{ __typename }","extensions":""}'],
    ['a number for an operation name', '{"query":"{ __typename }","operationName":1}'],
    ['a number for a document id', '{"documentId":1}'],
    ['a depth that no stack has', '['.repeat(1_000_000)],
  ])('%s is 400, whatever is accepted', async (_what, body) => {
    for (const accept of ['application/json', 'application/graphql-response+json'])
      expectRefusal(await post(body, { accept }), 400)
  })

  test('properties that nobody knows are passed over', async () => {
    const body = `{"query":"{ __typename }","id":1,"__proto__":{"query":1},"constructor":null}`
    expect((await post(body)).reply).toEqual({ data: { __typename: 'Query' } })
  })
})

describe('methods', () => {
  test.each(['PUT', 'DELETE', 'PATCH'])('%s is 405, with those that are allowed', async (method) => {
    const answer = await ask({ method })
    expectRefusal(answer, 405)
    expect(answer.headers.get('allow')).toBe('GET, POST, OPTIONS')
  })

  test('HEAD is 405 without a body', async () => {
    const { status, reply } = await ask({ method: 'HEAD' })
    expect([status, reply]).toEqual([405, {}])
  })

  test('OPTIONS tells them', async () => {
    const { status, headers } = await ask({ method: 'OPTIONS' })
    expect([status, headers.get('allow')]).toEqual([204, 'GET, POST, OPTIONS'])
  })
})

describe('GET', () => {
  const search = (parameters: Record<string, string>) => `?${new URLSearchParams(parameters)}`

  test('asks a query, with variables and a name', async () => {
    const query = 'query A { __typename } query B($yes: Boolean!) { __typename @include(if: $yes) }'
    const asked = { query, operationName: 'B', variables: '{"yes":true}', extensions: '' }
    expect((await ask({ search: search(asked) })).reply).toEqual({ data: { __typename: 'Query' } })
  })

  test.each([
    ['no query', {}, 400],
    ['variables that are no JSON', { query: '{ __typename }', variables: '{' }, 400],
    ['variables that are no object', { query: '{ __typename }', variables: '1' }, 400],
    ['extensions that are no JSON', { query: '{ __typename }', extensions: 'x' }, 400],
    ['a mutation', { query: 'mutation { insert(name: "by-get") { inserted } }' }, 405],
    [
      'a mutation among queries',
      {
        query: 'query A { __typename } mutation B { insert(name: "by-get") { inserted } }',
        operationName: 'B',
      },
      405,
    ],
  ])('with %s is refused', async (_what, parameters, status) => {
    const answer = await ask({ search: search(parameters) })
    expectRefusal(answer, status)
    if (status === 405) expect(answer.headers.get('allow')).toBe('POST')
  })

  test('never writes', async () => {
    await ask({ search: search({ query: 'mutation { insert(name: "by-get") { inserted } }' }) })
    expect(await app.redis.keys('*by-get*')).toEqual([])
  })
})

describe('Accept chooses the form of the answer', () => {
  test.each([
    [undefined, JSON_TYPE],
    ['*/*', JSON_TYPE],
    ['application/*', JSON_TYPE],
    ['application/json', JSON_TYPE],
    ['APPLICATION/JSON; Charset=UTF-8', JSON_TYPE],
    ['application/graphql-response+json', GRAPHQL_TYPE],
    ['application/graphql-response+json, application/json;q=0.9', GRAPHQL_TYPE],
    ['application/json;q=0.9, application/graphql-response+json', GRAPHQL_TYPE],
    ['application/json, application/graphql-response+json', JSON_TYPE],
    ['application/json;q=0, */*', GRAPHQL_TYPE],
    ['text/event-stream, application/json;q=0.1', JSON_TYPE],
    ['application/graphql+json, multipart/mixed, application/graphql-response+json', GRAPHQL_TYPE],
  ])('%s: %s', async (accept, type) => {
    const asked = request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(accept === undefined ? {} : { accept }) },
    })
    asked.end(QUERY)
    const [response] = await once(asked, 'response')
    response.resume()
    expect([response.statusCode, response.headers['content-type']]).toEqual([200, type])
  })

  test.each([
    'application/xml',
    'text/html',
    'application/json; charset=utf-16',
    'application/json;q=0',
    'application/json;q=x',
    'multipart/mixed',
    'nonsense',
  ])('%s alone is 406', async (accept) => {
    expectRefusal(await post(QUERY, { accept }), 406)
  })

  test('a document that is not valid is 200 as application/json, for clients of old, and else 400', async () => {
    for (const query of ['{', '{ nope }', 'query ($id: ID!) { __typename }']) {
      const body = JSON.stringify({ query })
      const [old, today] = [
        await post(body, { accept: 'application/json' }),
        await post(body, { accept: 'application/graphql-response+json' }),
      ]
      expect([old.status, today.status]).toEqual([200, 400])
      expect(today.reply).toEqual(old.reply)
      expect(today.reply.errors?.map(({ extensions }) => extensions.code)).toContain('BAD_USER_INPUT')
      expect(today.reply).not.toHaveProperty('data')
    }
  })

  test('an operation name that nothing has is an error with a code', async () => {
    const { reply } = await post(JSON.stringify({ query: 'query A { __typename }', operationName: 'B' }))
    expect(reply.errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT' })
  })

  test('a part that fails is 200, beside the data', async () => {
    const { status, reply } = await post(
      JSON.stringify({ query: '{ __typename series(name: "a:b", interval: "minute") { end } }' }),
      { accept: 'application/graphql-response+json' },
    )
    expect([status, reply.data]).toEqual([200, { __typename: 'Query', series: null }])
  })
})

describe('a subscription', () => {
  const query = 'subscription { series(name: "watched", interval: "minute", steps: 1) { kind } }'
  /** Redis is listened to from the first subscription on. */
  const listens = async () => (await app.redis.call('PUBSUB', 'NUMPAT')) !== 0

  test.each(['application/json', 'application/graphql-response+json'])(
    'is 406 where the client takes %s alone, and does not begin',
    async (accept) => {
      expectRefusal(await post(JSON.stringify({ query }), { accept }), 406)
      expect(await listens()).toBe(false)
    },
  )

  test.each(['text/event-stream', '*/*', 'application/json, text/event-stream'])(
    'is a stream of events where it takes %s',
    async (accept) => {
      const gone = new AbortController()
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept, 'accept-encoding': 'gzip, br' },
        body: JSON.stringify({ query }),
        signal: gone.signal,
      })
      expect(response.headers.get('content-type')).toBe('text/event-stream')
      const events = response.body?.pipeThrough(new TextDecoderStream()).getReader()
      let text = ''
      while (!text.includes('"SNAPSHOT"')) text += (await events?.read())?.value ?? ''
      expect(text).toMatch(/^event: next\nid: \S+\ndata: \{"data":\{"series":\{"kind":"SNAPSHOT"\}\}\}\n\n/m)
      expect(await listens()).toBe(true)
      gone.abort()
    },
  )
})

describe('compression', () => {
  const long = JSON.stringify({
    query: `{ ${Array.from({ length: 100 }, (_, i) => `a${i}: __typename`).join(' ')} }`,
  })
  const encodingOf = async (body: string, acceptEncoding: string) =>
    (await post(body, { 'accept-encoding': acceptEncoding })).headers.get('content-encoding')

  test.each([
    ['br', 'br'],
    ['gzip', 'gzip'],
    ['gzip, deflate, br', 'br'],
    ['identity', null],
    ['br;q=0, gzip', 'gzip'],
    ['unknown', null],
  ])('for %s is %s', async (accepted, used) => {
    expect(await encodingOf(long, accepted)).toBe(used)
  })

  test('is not worth it below 1 KiB', async () => {
    expect(await encodingOf(QUERY, 'gzip, br')).toBeNull()
  })

  test('gives the same bytes, and caches are told that it depends', async () => {
    const [plain, packed] = [await post(long, { 'accept-encoding': 'identity' }), await post(long)]
    expect(packed.headers.get('content-encoding')).not.toBeNull()
    expect(packed.reply).toEqual(plain.reply)
    for (const { headers } of [plain, packed]) expect(headers.get('vary')).toBe('accept-encoding, origin')
  })
})
