import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ApolloClient, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from '@apollo/client'
import { createPersistedQueryLink } from '@apollo/client/link/persisted-queries'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { cacheExchange, fetchExchange, subscriptionExchange, Client as Urql } from '@urql/core'
import { print } from 'graphql'
import { type Client, createClient, type Sink } from 'graphql-ws'
import { Network, Observable, type RequestParameters } from 'relay-runtime'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { type Reply, startTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
let url: string
beforeAll(async () => {
  app = await startTestApp({ monitor: false })
  url = `${app.app.url}/graphql`
})
afterAll(() => app.stop())

const LOOK = 'query Look { series(name: "clients", interval: "minute", steps: 1) { type buckets { sum } } }'
const HIT = 'mutation Hit($name: String!) { insert(name: $name) { inserted } }'
const WATCH = `subscription Watch($name: String!) {
  series(name: $name, interval: "minute", steps: 2) { kind changed { buckets { timestamp sum } } }
}`

const socket = () => createClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket })

describe('Apollo Client', () => {
  const apollo = () => new ApolloClient({ cache: new InMemoryCache(), link: new HttpLink({ uri: url }) })

  test('asks a query', async () => {
    const { data } = await apollo().query<{ series: { type: string } }>({ query: gql(LOOK) })
    expect(data?.series.type).toBe('COUNT')
  })

  test('is told the code of an error', async () => {
    const asked = apollo().mutate({ mutation: gql(HIT), variables: { name: 'a:b' } })
    const error = await asked.catch((cause) => cause)
    expect(CombinedGraphQLErrors.is(error)).toBe(true)
    expect(error.errors[0].extensions.code).toBe('BAD_USER_INPUT')
  })

  test('is told the code of a request that is refused whole', async () => {
    const error = await apollo()
      .query({ query: gql('{ nope }') })
      .catch((cause) => cause)
    expect(error.errors[0].extensions.code).toBe('BAD_USER_INPUT')
  })

  test('follows a series through its link over graphql-ws', async () => {
    const client = socket()
    const cache = new InMemoryCache()
    const following = new ApolloClient({ cache, link: new GraphQLWsLink(client) })
    const kinds: string[] = []
    const subscription = following
      .subscribe<{ series: { kind: string } }>({ query: gql(WATCH), variables: { name: 'apollo' } })
      .subscribe(({ data }) => kinds.push(data?.series.kind ?? 'error'))
    await expect.poll(() => kinds).toEqual(['SNAPSHOT'])
    await apollo().mutate({ mutation: gql(HIT), variables: { name: 'apollo' } })
    await expect.poll(() => kinds).toContain('DELTA')
    subscription.unsubscribe()
    await client.dispose()
  })

  const hashing = (uri: string) => {
    const hashes = createPersistedQueryLink({
      sha256: (text) => createHash('sha256').update(text).digest('hex'),
    })
    return new ApolloClient({ cache: new InMemoryCache(), link: hashes.concat(new HttpLink({ uri })) })
  }

  test('sends the text where the server knows no hashes', async () => {
    const { data } = await hashing(url).query<{ series: { type: string } }>({ query: gql(LOOK) })
    expect(data?.series.type).toBe('COUNT')
  })

  test('runs trusted documents by their hash, and no other', async () => {
    const query = gql('query Trusted { definitions { name __typename } }')
    const folder = await mkdtemp(join(tmpdir(), 'kairos-documents-'))
    await writeFile(join(folder, 'documents.json'), JSON.stringify({ trusted: print(query) }))
    const trusting = await startTestApp({ trustedDocuments: join(folder, 'documents.json') })
    const client = hashing(`${trusting.app.url}/graphql`)
    expect((await client.query({ query })).data).toHaveProperty('definitions')
    const other = await client.query({ query: gql(LOOK) }).catch((cause) => cause)
    expect(other.errors[0].extensions.code).toBe('BAD_USER_INPUT')
    await trusting.stop()
    await rm(folder, { recursive: true })
  })
})

describe('urql', () => {
  /** As its documentation sets it up, over graphql-ws. */
  const urql = (client = socket()) =>
    new Urql({
      url,
      preferGetMethod: false,
      exchanges: [
        cacheExchange,
        fetchExchange,
        subscriptionExchange({
          forwardSubscription: ({ query = '', variables }) => ({
            subscribe: (sink) => ({
              unsubscribe: client.subscribe({ query, variables: { ...variables } }, sink as Sink),
            }),
          }),
        }),
      ],
    })

  test.each([false, true])('asks a query, with GET: %s', async (preferGetMethod) => {
    const { data, error } = await urql().query(LOOK, {}, { preferGetMethod }).toPromise()
    expect(error).toBeUndefined()
    expect(data.series.type).toBe('COUNT')
  })

  test('is told the code of an error', async () => {
    const { error } = await urql().mutation(HIT, { name: 'a:b' }).toPromise()
    expect(error?.graphQLErrors[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT' })
  })

  test('follows a series over graphql-ws', async () => {
    const client = socket()
    const asking = urql(client)
    const kinds: string[] = []
    const { unsubscribe } = asking
      .subscription(WATCH, { name: 'urql' })
      .subscribe(({ data }) => kinds.push(data.series.kind))
    await expect.poll(() => kinds).toEqual(['SNAPSHOT'])
    await asking.mutation(HIT, { name: 'urql' }).toPromise()
    await expect.poll(() => kinds).toContain('DELTA')
    unsubscribe()
    await client.dispose()
  })

  test('follows a series over SSE, with its own fetch', async () => {
    const client = new Urql({
      url,
      preferGetMethod: false,
      fetchSubscriptions: true,
      exchanges: [fetchExchange],
    })
    const kinds: string[] = []
    const { unsubscribe } = client
      .subscription(WATCH, { name: 'urql-sse' })
      .subscribe(({ data, error }) => kinds.push(data?.series.kind ?? String(error)))
    await expect.poll(() => kinds).toEqual(['SNAPSHOT'])
    await app.query(HIT, { name: 'urql-sse' })
    await expect.poll(() => kinds).toContain('DELTA')
    unsubscribe()
  })
})

/** Relay leaves requests to two functions that its users write, and gives them the text that its compiler wrote. */
describe('Relay', () => {
  const network = (subscriptions: Client) =>
    Network.create(
      async ({ text: query }, variables) => {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query, variables }),
        })
        return await response.json()
      },
      ({ text: query }, variables) =>
        Observable.create((sink) =>
          subscriptions.subscribe({ query: query ?? '', variables }, sink as Sink<unknown>),
        ),
    )
  const compiled = (text: string, operationKind: 'query' | 'subscription'): RequestParameters => ({
    cacheID: text,
    id: null,
    text,
    name: 'Compiled',
    operationKind,
    metadata: {},
  })

  test('pages through the catalogue', async () => {
    for (const name of ['relay.c', 'relay.a', 'relay.b']) await app.query(HIT, { name })
    const page = compiled(
      `query Names($after: String) {
        catalogue(match: "relay.*", first: 2, after: $after) {
          edges { cursor node { name } }
          pageInfo { hasNextPage endCursor }
        }
      }`,
      'query',
    )
    const relay = network(socket())
    const ask = async (after: string | null): Promise<Reply> =>
      (await relay.execute(page, { after }, {}).toPromise()) as Reply
    const namesOf = ({ data }: Reply) =>
      data.catalogue.edges.map((edge: { node: { name: string } }) => edge.node.name)
    const first = await ask(null)
    const second = await ask(first.data.catalogue.pageInfo.endCursor)
    expect([namesOf(first), namesOf(second)]).toEqual([['relay.a', 'relay.b'], ['relay.c']])
    expect(second.data.catalogue.pageInfo.hasNextPage).toBe(false)
  })

  test('follows a series', async () => {
    const subscriptions = socket()
    const updates: unknown[] = []
    const following = network(subscriptions)
      .execute(compiled(WATCH, 'subscription'), { name: 'relay.live' }, {})
      .subscribe({ next: (update) => updates.push(update) })
    await expect.poll(() => updates).toMatchObject([{ data: { series: { kind: 'SNAPSHOT' } } }])
    following.unsubscribe()
    await subscriptions.dispose()
  })
})

describe('curl', () => {
  const curl = async (...args: string[]) => (await promisify(execFile)('curl', ['--silent', ...args])).stdout
  const json = ['--header', 'content-type: application/json']

  test('asks, writes, and is told what is wrong', async () => {
    expect(JSON.parse(await curl(url, ...json, '--data', JSON.stringify({ query: LOOK })))).toMatchObject({
      data: { series: { type: 'COUNT' } },
    })
    const hit = JSON.stringify({ query: HIT, variables: { name: 'curl' } })
    expect(JSON.parse(await curl(url, ...json, '--data', hit))).toEqual({ data: { insert: { inserted: 1 } } })
    const form = JSON.parse(await curl(url, '--data', hit)) // forgotten the header, as anyone does
    expect(form.errors[0]).toEqual({
      message: 'a request is sent as application/json, in UTF-8',
      extensions: { code: 'BAD_USER_INPUT' },
    })
    const read = await curl('--get', url, '--data-urlencode', `query=${LOOK}`, '--compressed')
    expect(JSON.parse(read).data.series.type).toBe('COUNT')
  })

  test('follows a series', async () => {
    const query = 'query=subscription { series(name: "curled", interval: "minute", steps: 1) { kind } }'
    const following = spawn('curl', ['--silent', '--no-buffer', '--get', url, '--data-urlencode', query])
    let text = ''
    following.stdout.setEncoding('utf8').on('data', (chunk) => {
      text += chunk
    })
    await expect
      .poll(() => text)
      .toMatch(/^event: next\nid: \S+\ndata: \{"data":\{"series":\{"kind":"SNAPSHOT"\}\}\}\n\n/m)
    await app.query(HIT, { name: 'curled' })
    await expect.poll(() => text).toContain('"DELTA"')
    following.kill()
    await once(following, 'close')
  })
})

test('a stream of events says when a query is complete, as graphql-sse expects of distinct connections', async () => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: '{"query":"{ __typename }"}',
  })
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  const events = (await response.text()).split('\n\n').filter((event) => event.startsWith('event:'))
  expect(events).toEqual(['event: next\ndata: {"data":{"__typename":"Query"}}', 'event: complete\ndata:'])
})
