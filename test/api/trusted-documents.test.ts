import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { getIntrospectionQuery } from 'graphql'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { start } from '../../src/app.ts'
import { DefinitionsDocument } from '../../src/client/documents.ts'
import { connect } from '../../src/client/node.ts'
import { loadConfig } from '../../src/config/index.ts'
import { createLog } from '../../src/log.ts'
import { type Reply, startTestApp, type TestApp } from '../support/app.ts'

const WRITE = 'mutation Hit($name: String!) { insert(name: $name) { inserted } }'
const documents = {
  look: 'query Look($name: String!) { series(name: $name, interval: "minute", steps: 1) { names } }',
  hit: WRITE,
  watch: 'subscription Watch { series(name: "watched", interval: "minute", steps: 1) { kind } }',
}

let app: TestApp
let url: string
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kairos-documents-'))
  const file = join(folder, 'documents.json')
  const ofPage = new URL('../../src/client/generated/persisted-documents.json', import.meta.url)
  await writeFile(
    file,
    JSON.stringify({ ...documents, ...JSON.parse(await readFile(fileURLToPath(ofPage), 'utf8')) }),
  )
  app = await startTestApp({ monitor: false, trustedDocuments: file })
  url = `${app.app.url}/graphql`
})
afterAll(async () => {
  await app.stop()
  await rm(folder, { recursive: true })
})

/** What a client sends: over WebSocket `query` is never left out. */
interface Request {
  readonly query?: string
  readonly documentId?: string
  readonly variables?: Record<string, unknown> | null | undefined
  readonly extensions?: Record<string, unknown> | null | undefined
}

async function post(request: Request, accept: string): Promise<Reply> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify(request),
  })
  const text = await response.text()
  return JSON.parse(/^data: (\{.*)$/m.exec(text)?.[1] ?? text)
}

const transports = {
  POST: (request: Request) => post(request, 'application/json'),
  SSE: (request: Request) => post(request, 'text/event-stream'),
  async GET({ variables, extensions, ...request }: Request): Promise<Reply> {
    const search = new URLSearchParams({
      ...request,
      ...(variables && { variables: JSON.stringify(variables) }),
      ...(extensions && { extensions: JSON.stringify(extensions) }),
    })
    return await (await fetch(`${url}?${search}`)).json()
  },
  async WebSocket(request: Request): Promise<Reply> {
    const client = createClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket })
    try {
      return (await client.iterate({ query: '', ...request }).next()).value as Reply
    } catch (errors) {
      return { errors: errors as Reply['errors'] & object }
    } finally {
      await client.dispose()
    }
  },
}

describe.each(Object.entries(transports))('over %s', (_name, ask) => {
  const variables = { name: 'x' }

  test.each([
    { documentId: 'look' },
    { extensions: { persistedQuery: { version: 1, sha256Hash: 'look' } } },
    { query: documents.look },
  ])('a trusted document runs, however it is named: %j', async (request) => {
    expect(await ask({ ...request, variables })).toEqual({ data: { series: { names: ['x'] } } })
  })

  test.each([
    [{ query: '{ __typename }' }, /not one of those that this server trusts/],
    [{ query: `${documents.look} ` }, /not one of those/],
    [{ query: getIntrospectionQuery() }, /not one of those/],
    [{ query: 'subscription { series(name: "x", interval: "minute") { kind } }' }, /not one of those/],
    [{ documentId: 'nope' }, /trusts no document of this `documentId`/],
    [{ extensions: { persistedQuery: { version: 1, sha256Hash: 'nope' } } }, /^PersistedQueryNotFound$/],
    [{}, /needs a `documentId`/],
  ])('nothing else does: %j', async (request, message) => {
    const { data, errors } = await ask({ ...request, variables })
    expect(data).toBeUndefined()
    expect(errors).toHaveLength(1)
    expect(errors?.[0]).toMatchObject({
      message: expect.stringMatching(message),
      extensions: { code: 'BAD_USER_INPUT' },
    })
  })
})

test('a trusted mutation is none over GET', async () => {
  const search = new URLSearchParams({ documentId: 'hit', variables: '{"name":"by-get"}' })
  expect((await fetch(`${url}?${search}`)).status).toBe(405)
  expect(await app.redis.keys('*by-get*')).toEqual([])
})

test('a text that was refused with its hash is not remembered', async () => {
  const request = {
    query: '{ __typename }',
    extensions: { persistedQuery: { version: 1, sha256Hash: 'mine' } },
  }
  for (const each of [request, { extensions: request.extensions }, request])
    expect((await transports.POST(each)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
})

test('a subscription runs over SSE and WebSocket', async () => {
  const snapshot = { data: { series: { kind: 'SNAPSHOT' } } }
  expect(await transports.WebSocket({ documentId: 'watch' })).toEqual(snapshot)
  const gone = new AbortController()
  const response = await fetch(`${url}?documentId=watch`, {
    headers: { accept: 'text/event-stream' },
    signal: gone.signal,
  })
  const events = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (!text.includes('"SNAPSHOT"')) text += (await events?.read())?.value ?? ''
  gone.abort()
})

test('typed documents run as the client sends them', async () => {
  const connection = connect({ url })
  try {
    const { definitions } = await connection.request(DefinitionsDocument, {})
    expect(definitions.length).toBeGreaterThan(0)
  } finally {
    connection.close()
  }
})

test('GraphiQL, which could ask nothing, is not served; a browser reads why', async () => {
  const response = await fetch(url, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } })
  expect(response.status).toBe(400)
  expect((await response.json()).errors[0].message).toBe(
    'this server executes trusted documents only: a request needs a `documentId`',
  )
})

test('a server whose documents cannot be used does not start; their path is relative to the configuration', async () => {
  await writeFile(join(folder, 'faulty.json'), '{"a":"{ nope }"}')
  await writeFile(join(folder, 'kairos.yaml'), 'trustedDocuments: faulty.json')
  const argv = ['--config', join(folder, 'kairos.yaml'), '--redis', app.server.url, '--port', '0']
  const config = await loadConfig({ argv, env: {}, cwd: tmpdir() })
  await expect(start(config, createLog('silent'))).rejects.toThrow(
    `The trusted documents (${join(folder, 'faulty.json')}) cannot be used:\n  "a" line 1, column 3: Cannot query field "nope" on type "Query".`,
  )
})
