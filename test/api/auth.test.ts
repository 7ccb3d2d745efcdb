import { SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type Issuer, inSeconds, startIssuer } from '../support/issuer.ts'
import { token } from '../support/tokens.ts'
import { transports } from '../support/transports.ts'

const tokens = [
  token('reader', 'read:a.**', 'read:join.*'),
  token('writer', 'write:a.**'),
  token('other-writer', 'write:a.**'),
  token('deleter', 'delete:a.**', 'read:a.**'),
  token('admin', 'admin'),
]
const timeseries = [
  { name: 'all', match: ['a.**', 'b.**', 'join.**'], type: 'count', intervals: { minute: { step: 60 } } },
]

let app: TestApp
let issuer: Issuer
beforeAll(async () => {
  issuer = await startIssuer()
  app = await startTestApp({ monitor: false, timeseries, auth: { tokens, jwt: issuer.jwt } })
  await as(
    'admin',
    'mutation { insertMany(inserts: [{ name: "a.x" }, { name: "a.y" }, { name: "b.x" }]) { inserted } }',
  )
})
afterAll(async () => {
  await app.stop()
  await issuer.stop()
})

async function as(name: string, query: string) {
  const post = transports['a plain POST']
  if (!post) throw new Error('there is such a transport')
  const { reply, status } = await post(app.app.url, query, `Bearer ${name}`)
  expect(status).toBe(200)
  return reply
}

const codes = ({ errors = [] }: Awaited<ReturnType<typeof as>>) =>
  errors.map(({ extensions }) => extensions.code)

describe.each(Object.entries(transports))('over %s', (transport, ask) => {
  const url = () => app.app.url
  const unauthenticated = transport === 'WebSocket' ? 4401 : 'UNAUTHENTICATED'

  test.each([
    ['nothing', undefined],
    ['an empty header', ''],
    ['a token that nobody has', 'Bearer guess'],
    ['another scheme', 'Basic reader'],
    ['a token without its scheme', 'reader'],
    ['a digest', `Bearer ${tokens[0]?.sha256}`],
  ])('whoever presents %s is told nothing', async (_what, authorization) => {
    for (const query of [
      '{ __typename }',
      '{ __schema { types { name } } }',
      '{ nonsense',
      '{ definitions { name } }',
      '{ definition(name: "a") { name } }',
    ]) {
      const { reply, status } = await ask(url(), query, authorization)
      expect([status, codes(reply), reply.data]).toEqual([401, [unauthenticated], undefined])
      expect(reply.errors?.[0]?.message).not.toMatch(/guess|reader/)
    }
  })

  test('neither is who signs for themselves, or comes too late', async () => {
    const claims = { iss: issuer.jwt.issuer, aud: 'kairos', scope: 'admin', exp: inSeconds(60) }
    const forged = [
      new UnsecuredJWT(claims).encode(),
      await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new TextEncoder().encode('x'.repeat(32))),
      await issuer.sign({ ...claims, exp: inSeconds(-1) }),
      await issuer.sign({ ...claims, aud: 'other' }),
    ]
    for (const token of forged) {
      const { reply, status } = await ask(url(), '{ __typename }', `Bearer ${token}`)
      expect([status, codes(reply)]).toEqual([401, [unauthenticated]])
    }
  })

  test('a token lets in, the issuer’s as well', async () => {
    const jwt = await issuer.sign({ scope: 'openid read:a.**' })
    for (const presented of ['reader', jwt]) {
      const { reply, status } = await ask(
        url(),
        '{ catalogue { edges { node { name } } } }',
        `Bearer ${presented}`,
      )
      expect(status).toBe(200)
      expect(reply.data.catalogue.edges).toEqual([{ node: { name: 'a.x' } }, { node: { name: 'a.y' } }])
    }
    expect(
      (await ask(url(), '{ __schema { queryType { name } } }', 'Bearer writer')).reply.errors,
    ).toBeUndefined()
  })

  test('what may not be read is FORBIDDEN, whether there is such a series or not', async () => {
    for (const name of ['b.x', 'b.none', 'nobody', 'a']) {
      const query = `{ series(name: "${name}", interval: "none") { names } }`
      const { reply, status } = await ask(url(), query, 'Bearer reader')
      expect([status, codes(reply), reply.data]).toEqual([200, ['FORBIDDEN'], { series: null }])
    }
    const { reply } = await ask(
      url(),
      '{ series(name: "nobody", interval: "none") { names } }',
      'Bearer admin',
    )
    expect(codes(reply)).toEqual(['UNKNOWN_SERIES'])
  })
})

test.each(['SSE', 'WebSocket'])('over %s, what may not be read may not be watched', async (transport) => {
  const watch = (args: string) => `subscription { ${args}, interval: "minute") { kind } }`
  for (const query of [watch('series(name: "b.x"'), watch('join(names: ["a.x", "nobody"]')]) {
    const outcome = await transports[transport]?.(app.app.url, query, 'Bearer reader')
    expect(outcome?.reply.errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    expect(outcome?.reply.data ?? null).toBeNull()
  }
})

test('401 says how to come in', async () => {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${app.app.url}/graphql`, { method: 'POST', headers })
  expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
})

test('a socket may bring its token with the request that opens it', async () => {
  const { default: WebSocket } = await import('ws')
  const open = (headers: Record<string, string>, greeting: object) => {
    const url = `${app.app.url.replace('http', 'ws')}/graphql`
    const socket = new WebSocket(url, 'graphql-transport-ws', { headers })
    return new Promise<string | number>((resolve) => {
      socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: greeting })))
      socket.once('message', (data) => {
        resolve(JSON.parse(String(data)).type)
        socket.close()
      })
      socket.once('close', resolve)
    })
  }
  const authorization = 'Bearer reader'
  expect(await open({ authorization }, {})).toBe('connection_ack')
  expect(await open({}, { Authorization: authorization })).toBe('connection_ack')
  expect(await open({ authorization }, { authorization: 'Bearer guess' })).toBe(4401)
  for (const wrong of [5, {}, ['Bearer reader'], true])
    expect(await open({}, { authorization: wrong })).toBe(4401)
})

describe('rights', () => {
  const read = (names: string) => `interval: "minute", start: 60, steps: 1) { names } }`.replace(/^/, names)

  test('are asked for each name of a join, and at its place for each of a list', async () => {
    const joined = await as('reader', read('{ join(names: ["a.x", "b.x"], '))
    expect([codes(joined), joined.data]).toEqual([['FORBIDDEN'], { join: null }])
    const { errors, data } = await as('reader', read('{ seriesList(names: ["a.x", "b.x", "join.none"], '))
    expect(data.seriesList).toEqual([{ names: ['a.x'] }, null, { names: ['join.none'] }])
    expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['seriesList', 1], 'FORBIDDEN'],
    ])
  })

  test('are asked for what is known of a series', async () => {
    expect(codes(await as('reader', '{ info(name: "b.none") { name } }'))).toEqual(['FORBIDDEN'])
    expect((await as('reader', '{ info(name: "a.x") { latest { sum } } }')).data.info.latest).toEqual({
      sum: 1,
    })
  })

  test('to read, to write and to delete are three', async () => {
    for (const name of ['reader', 'deleter']) {
      expect(codes(await as(name, 'mutation { insert(name: "a.x") { inserted } }'))).toEqual(['FORBIDDEN'])
    }
    for (const name of ['reader', 'writer']) {
      expect(codes(await as(name, 'mutation { delete(names: ["a.x"]) { deleted } }'))).toEqual(['FORBIDDEN'])
    }
    expect(codes(await as('writer', '{ series(name: "a.x", interval: "minute") { names } }'))).toEqual([
      'FORBIDDEN',
    ])
    expect((await as('writer', '{ catalogue { edges { cursor } } }')).data.catalogue.edges).toEqual([])
  })

  test('to write are a fault among the others, and nothing is written', async () => {
    const inserts =
      '{ name: "a.new" }, { name: "b.x" }, { name: "a.new", value: "x" }, { name: "nobody" }, { name: "a:b" }'
    const reply = await as('writer', `mutation { insertMany(inserts: [${inserts}]) { inserted } }`)
    expect(codes(reply)).toEqual(['FORBIDDEN'])
    const { faults, faultCount } = reply.errors?.[0]?.extensions ?? {}
    expect(faultCount).toBe(4)
    expect((faults as { index: number; code: string }[]).map(({ index, code }) => [index, code])).toEqual([
      [1, 'FORBIDDEN'],
      [2, 'BAD_USER_INPUT'],
      [3, 'FORBIDDEN'],
      [4, 'FORBIDDEN'],
    ])
    expect((await as('admin', '{ info(name: "a.new") { name } }')).data.info).toBeNull()
  })

  test('to delete are asked for all before any is deleted', async () => {
    const reply = await as('deleter', 'mutation { delete(names: ["a.x", "b.x"]) { deleted } }')
    expect(codes(reply)).toEqual(['FORBIDDEN'])
    expect((await as('deleter', '{ info(name: "a.x") { name } }')).data.info).toEqual({ name: 'a.x' })
  })

  test('page through a catalogue that has nothing else', async () => {
    const page = '{ catalogue(first: 1) { edges { node { name } } pageInfo { hasNextPage endCursor } } }'
    const first = (await as('reader', page)).data.catalogue
    expect([first.edges[0].node.name, first.pageInfo.hasNextPage]).toEqual(['a.x', true])
    const rest = page.replace('first: 1', `first: 9, after: "${first.pageInfo.endCursor}"`)
    const second = (await as('reader', rest)).data.catalogue
    expect([second.edges.length, second.pageInfo.hasNextPage]).toEqual([1, false])
    const foreign = (await as('reader', page.replace('first: 1', 'match: "b.*"'))).data.catalogue
    expect(foreign.edges).toEqual([])
  })

  test('keep equal queries of one moment apart', async () => {
    const query = '{ series(name: "b.x", interval: "minute", steps: 1) { names } }'
    const asked = ['reader', 'admin', 'reader', 'admin', 'deleter'].map((name) => as(name, query))
    expect((await Promise.all(asked)).map(codes)).toEqual([
      ['FORBIDDEN'],
      [],
      ['FORBIDDEN'],
      [],
      ['FORBIDDEN'],
    ])
  })
})

test('whoever is known may see which definition decides over a name, as they may see all of them', async () => {
  const { data, errors } = await as('writer', '{ definition(name: "b.x") { name } }')
  expect([data, errors]).toEqual([{ definition: { name: 'all' } }, undefined])
})

test('an id belongs to who sent it', async () => {
  const insert = (value: number) =>
    `mutation { insert(name: "a.id", value: ${value}, id: "1") { duplicate } }`
  const jwt = async (sub: string) => await issuer.sign({ sub, scope: 'write:a.**' })
  for (const [i, name] of ['writer', 'other-writer', await jwt('ada'), await jwt('bob')].entries()) {
    expect((await as(name, insert(i))).data.insert).toEqual({ duplicate: false })
    expect((await as(name, insert(i))).data.insert).toEqual({ duplicate: true })
  }
  expect((await as(await jwt('ada'), insert(2))).data.insert).toEqual({ duplicate: true })
  expect(codes(await as('writer', insert(9)))).toEqual(['BAD_USER_INPUT'])
})

test('the page of GraphiQL opens without a token, and then names nothing that is recorded here', async () => {
  const secret = {
    name: 'zebra-rule',
    match: 'zebra-series',
    type: 'gauge',
    intervals: { minute: { step: 60 } },
  }
  const own = await startTestApp({ monitor: false, timeseries: [secret] })
  const open = async (query = '') => {
    const page = await fetch(`${own.app.url}/graphql${query}`, { headers: { accept: 'text/html' } })
    const text = await page.text()
    return [page.status, text.includes('GraphiQL'), text.includes('zebra')]
  }
  expect(await open()).toEqual([200, true, true])
  await own.reload({ monitor: false, timeseries: [secret], auth: { tokens } })
  expect(await open()).toEqual([200, true, false])
  expect(await open('?query={definitions{name}}')).toEqual([200, true, false])
  await own.stop()
})

test('the health of a server is no secret', async () => {
  for (const path of ['/health/live', '/health/ready'])
    expect((await fetch(`${app.app.url}${path}`)).status).toBe(200)
})
