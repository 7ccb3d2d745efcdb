import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import WebSocket from 'ws'
import { type RedisServer, startRedisServer } from '../support/redis-server.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'

interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly attributes: readonly { key: string; value: Record<string, unknown> }[]
  readonly status: { code?: number }
}

const SERVER = 2
const CLIENT = 3
const UNSET = 0

/** As a collector of OpenTelemetry takes them, over HTTP. */
const spans: Span[] = []
const services = new Set<unknown>()
let collector: Server
let redis: RedisServer
let traced: ServerProcess
let url: string

beforeAll(async () => {
  collector = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    if (request.url === '/v1/traces')
      for (const { resource, scopeSpans } of JSON.parse(text).resourceSpans) {
        for (const { key, value } of resource.attributes)
          if (key === 'service.name') services.add(value.stringValue)
        for (const scope of scopeSpans) spans.push(...scope.spans)
      }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  }).listen(0, '127.0.0.1')
  await once(collector, 'listening')
  redis = await startRedisServer()
  traced = await startServerProcess(['--redis', redis.url, '--port', '0'], {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
    OTEL_BSP_SCHEDULE_DELAY: '50',
    OTEL_SERVICE_NAME: 'kairos-under-test',
  })
  url = await traced.says(/http:\/\/localhost:\d+/)
})
afterAll(async () => {
  traced.kill('SIGTERM')
  await traced.ended
  await redis.stop()
  collector.close()
})

let traces = 0
/** A trace of its own, and what it looks like in W3C Trace Context. */
function begin() {
  traces += 1
  const traceId = traces.toString(16).padStart(32, 'a')
  return { traceId, traceparent: `00-${traceId}-00f067aa0ba902b7-01` }
}

const of = (traceId: string) => spans.filter((span) => span.traceId === traceId)
const attribute = (span: Span | undefined, name: string) =>
  Object.values(span?.attributes.find(({ key }) => key === name)?.value ?? {})[0]

/** The span of an operation, and those beneath it, once they have come. */
async function operation(traceId: string, beneath: number) {
  await vi.waitFor(() => expect(of(traceId)).toHaveLength(1 + beneath), { timeout: 10_000 })
  const [root, ...others] = of(traceId).sort((a, b) => (b.kind === SERVER ? 1 : a.kind === SERVER ? -1 : 0))
  for (const span of others) expect([span.parentSpanId, span.kind]).toEqual([root?.spanId, CLIENT])
  return { root, others }
}

async function post(query: string, headers: Record<string, string>) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  })
  return await response.json()
}

const READ = '{ series(name: "monitor.machine.cpu", interval: "second", steps: 5) { timestamps } }'

describe('over HTTP', () => {
  test('an operation is traced beneath its client’s span, and what the store is asked beneath it', async () => {
    const { traceId, traceparent } = begin()
    await post(`query Mine ${READ}`, { traceparent, 'x-request-id': 'mine' })
    const { root, others } = await operation(traceId, 1)
    expect([root?.name, root?.kind, root?.parentSpanId]).toEqual(['query', SERVER, '00f067aa0ba902b7'])
    const told = ['graphql.operation.type', 'graphql.operation.name', 'kairos.request_id']
    expect(told.map((name) => attribute(root, name))).toEqual(['query', 'Mine', 'mine'])
    expect(others.map(({ name }) => name)).toEqual(['read'])
    expect(attribute(others[0], 'kairos.buckets')).toEqual(5)
    expect([...services]).toEqual(['kairos-under-test'])
  })

  test('an insert is one, with how many values but neither names nor values', async () => {
    const { traceId, traceparent } = begin()
    const inserts = '[{ name: "monitor.graphql.operations", value: "secret" }]'
    await post(`mutation { insertMany(inserts: ${inserts}) { inserted } }`, { traceparent })
    const { root, others } = await operation(traceId, 1)
    expect([root?.name, others[0]?.name, attribute(others[0], 'kairos.values')]).toEqual([
      'mutation',
      'insert',
      1,
    ])
    expect(JSON.stringify(of(traceId))).not.toMatch(/secret|monitor\.graphql/)
  })

  test('a caller’s mistake is no failure of the span, but told', async () => {
    const { traceId, traceparent } = begin()
    await post(READ.replace('second', 'nope'), { traceparent })
    const { root } = await operation(traceId, 0)
    expect([attribute(root, 'error.type'), root?.status.code]).toEqual(['UNKNOWN_INTERVAL', UNSET])
  })

  test('what the store refuses is no failure of its span either', async () => {
    const { traceId, traceparent } = begin()
    await post('mutation { insert(name: "monitor.machine.cpu", value: "x") { inserted } }', { traceparent })
    const { others } = await operation(traceId, 1)
    expect([attribute(others[0], 'error.type'), others[0]?.status.code]).toEqual(['BAD_USER_INPUT', UNSET])
  })

  test('without a trace there is a new one', async () => {
    await post(READ, { 'x-request-id': 'traceless' })
    await vi.waitFor(() => {
      const own = spans.find((span) => attribute(span, 'kairos.request_id') === 'traceless')
      expect([own?.traceId, own?.parentSpanId]).toEqual([expect.stringMatching(/^[\da-f]{32}$/), undefined])
    })
  })
})

describe('over WebSocket', () => {
  const ask = async (
    query: string,
    { headers = {}, greeting = {}, extensions = {} }: Record<string, Record<string, unknown>>,
  ) => {
    class Traced extends WebSocket {
      constructor(address: string, protocol: string) {
        super(address, protocol, { headers: headers as Record<string, string> })
      }
    }
    const client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: Traced,
      connectionParams: greeting,
    })
    await client.iterate({ query, extensions }).next()
    await client.dispose()
  }

  test('an operation is traced beneath what its extensions say, else the greeting, else the request', async () => {
    const [one, two, three] = [begin(), begin(), begin()]
    const headers = { traceparent: one.traceparent }
    const greeting = { traceparent: two.traceparent }
    await ask(READ, { headers })
    expect((await operation(one.traceId, 1)).root?.name).toBe('query')
    await ask(READ, { headers, greeting })
    expect((await operation(two.traceId, 1)).root?.name).toBe('query')
    await ask(READ, { headers, greeting, extensions: { traceparent: three.traceparent } })
    expect((await operation(three.traceId, 1)).root?.name).toBe('query')
  })

  test('a subscription is traced until it has begun', async () => {
    const { traceId, traceparent } = begin()
    const query = `subscription ${READ.replace('timestamps', 'cursor')}`
    await ask(query, { extensions: { traceparent } })
    expect((await operation(traceId, 0)).root?.name).toBe('subscription')
  })

  test('what is no trace is passed over', async () => {
    for (const none of ['nonsense', 7, {}, [7], null])
      for (const place of ['extensions', 'greeting']) {
        const before = spans.length
        await ask(READ, { [place]: { traceparent: none, tracestate: none, baggage: none } })
        await vi.waitFor(() => expect(spans.length).toBeGreaterThan(before))
      }
  })
})

test('what was traced last is sent before the server ends', async () => {
  const server = await startServerProcess(['--redis', redis.url, '--port', '0'], {
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}/v1/traces`,
    OTEL_BSP_SCHEDULE_DELAY: '600000',
  })
  const other = await server.says(/http:\/\/localhost:\d+/)
  const { traceId, traceparent } = begin()
  await fetch(`${other}/graphql?query=${encodeURIComponent(READ)}`, { headers: { traceparent } })
  expect(of(traceId)).toEqual([])
  server.kill('SIGTERM')
  expect(await server.ended).toBe(0)
  expect(of(traceId)).toHaveLength(2)
})

describe('where spans are not taken', () => {
  /** A server whose spans go to `receiver`, which is asked at once. */
  async function startTraced(receiver: Server, env: NodeJS.ProcessEnv) {
    await once(receiver.listen(0, '127.0.0.1'), 'listening')
    const server = await startServerProcess(['--redis', redis.url, '--port', '0', '--log-level', 'info'], {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`,
      OTEL_BSP_SCHEDULE_DELAY: '10',
      ...env,
    })
    const other = await server.says(/http:\/\/localhost:\d+/)
    const ask = () => fetch(`${other}/graphql?query=${encodeURIComponent(READ)}`)
    return { server, ask }
  }

  test('the log says so once, and when they are taken again', async () => {
    let status = 400
    const receiver = createServer((request, response) => {
      request.resume().once('end', () => response.writeHead(status).end())
    })
    const { server, ask } = await startTraced(receiver, {})
    for (let i = 0; i < 3; i += 1) {
      const asked = once(receiver, 'request')
      await ask()
      await asked
    }
    await server.says(/spans are lost, until further notice: Bad Request/)
    status = 200
    await vi.waitFor(async () => {
      await ask()
      expect(server.output).toContain('spans are taken again')
    })
    expect(server.output.split('spans are lost').length - 1).toBe(1)
    server.kill('SIGTERM')
    expect(await server.ended).toBe(0)
    receiver.close()
  })

  test('the server ends nevertheless, soon', async () => {
    const receiver = createServer((request) => request.resume()) // and no answer
    const { server, ask } = await startTraced(receiver, {
      OTEL_EXPORTER_OTLP_TIMEOUT: '600000',
      OTEL_BSP_EXPORT_TIMEOUT: '600000',
    })
    const asked = once(receiver, 'request')
    await ask()
    await asked
    server.kill('SIGTERM')
    expect(await server.ended).toBe(0)
    expect(server.output).toContain('the last spans are lost')
    receiver.closeAllConnections()
    receiver.close()
  })
})

test.each<[string, NodeJS.ProcessEnv]>([
  ['nothing is configured', {}],
  ['it is switched off', { OTEL_SDK_DISABLED: 'true' }],
  ['no exporter is wanted', { OTEL_TRACES_EXPORTER: 'none' }],
])('nothing is traced where %s', async (_what, env) => {
  const endpoint = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
  }
  const configured = Object.keys(env).length > 0 ? { ...endpoint, ...env } : env
  const server = await startServerProcess(['--redis', redis.url, '--port', '0'], configured)
  const other = await server.says(/http:\/\/localhost:\d+/)
  const { traceId, traceparent } = begin()
  await fetch(`${other}/graphql?query=${encodeURIComponent(READ)}`, { headers: { traceparent } })
  server.kill('SIGTERM')
  expect(await server.ended).toBe(0)
  expect(server.output).not.toMatch(/spans|OTEL/)
  expect(of(traceId)).toEqual([])
})
