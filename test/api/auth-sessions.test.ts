import { once } from 'node:events'
import { request } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { Live } from '../../src/live/index.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type Issuer, inSeconds, startIssuer } from '../support/issuer.ts'
import { token } from '../support/tokens.ts'
import { socketClient } from '../support/transports.ts'

const rest = {
  monitor: false,
  timeseries: [{ name: 'all', match: '**', type: 'count', intervals: { minute: { step: 60 } } }],
}
const settings = (...tokens: ReturnType<typeof token>[]) => ({ ...rest, auth: { tokens, jwt: issuer.jwt } })
const [kept, changed, gone] = [token('kept', 'read:a'), token('changed', 'read:**'), token('gone', 'admin')]

let app: TestApp
let issuer: Issuer
beforeAll(async () => {
  issuer = await startIssuer()
  app = await startTestApp(settings(kept, changed, gone))
})
beforeEach(() => app.reload(settings(kept, changed, gone)))
afterAll(async () => {
  await app.stop()
  await issuer.stop()
})

/** A subscription that runs, and what becomes of it. */
interface Watching {
  /** codes of the errors that it was told */
  readonly codes: unknown[]
  /** how it is over: `complete`, or the code with which its socket was closed */
  over: unknown
  /** Unix seconds when it was over */
  at: number
  stop(): void
}

const query = 'subscription { series(name: "a", interval: "minute", steps: 1) { kind } }'

async function overSocket(presented: string, operations = 1): Promise<Watching> {
  const client = socketClient(app.app.url, `Bearer ${presented}`)
  const watching: Watching = { codes: [], over: undefined, at: 0, stop: () => void client.dispose() }
  client.on('closed', (event) => {
    watching.over = (event as { code: number }).code
    watching.at = Date.now() / 1000
  })
  let snapshots = 0
  for (let i = 0; i < operations; i += 1)
    client.subscribe(
      { query },
      {
        next: () => {
          snapshots += 1
        },
        error: (thrown) => {
          if (Array.isArray(thrown)) watching.codes.push(...thrown.map(({ extensions }) => extensions.code))
        },
        complete: () => {},
      },
    )
  await vi.waitFor(() => expect(snapshots).toBe(operations), { timeout: 5000 })
  return watching
}

async function overEvents(presented: string): Promise<Watching> {
  const abort = new AbortController()
  const watching: Watching = { codes: [], over: undefined, at: 0, stop: () => abort.abort() }
  const response = await fetch(`${app.app.url}/graphql?query=${encodeURIComponent(query)}`, {
    headers: { accept: 'text/event-stream', authorization: `Bearer ${presented}` },
    signal: abort.signal,
  })
  expect(response.status).toBe(200)
  let text = ''
  const read = async () => {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString()
    watching.at = Date.now() / 1000
    watching.codes.push(...[...text.matchAll(/"code":"(\w+)"/g)].map(([, code]) => code))
    watching.over = /^event: complete$/m.test(text) ? 'complete' : 'broken'
  }
  read().catch(() => {})
  await vi.waitFor(() => expect(text).toContain('SNAPSHOT'), { timeout: 5000 })
  return watching
}

describe.each([
  ['WebSocket', overSocket, 4401],
  ['SSE', overEvents, 'complete'],
] as const)('a subscription over %s', (_transport, watch, over) => {
  test('ends within a second when its token expires, and is told why', async () => {
    const exp = Math.ceil(inSeconds(1.5))
    const watching = await watch(await issuer.sign({ exp, scope: 'read:a' }))
    expect(watching.over).toBeUndefined()
    await vi.waitFor(() => expect(watching.over).toBe(over), { timeout: 10_000 })
    expect(watching.codes).toEqual(['UNAUTHENTICATED'])
    expect(watching.at).toBeGreaterThanOrEqual(exp)
    expect(watching.at).toBeLessThan(exp + 1)
  })

  test('ends within a second when a reload takes its token away, or alters what that allows', async () => {
    const [stays, alters, ends] = await Promise.all([watch('kept'), watch('changed'), watch('gone')])
    const start = Date.now() / 1000
    await app.reload(settings(kept, token('changed', 'read:a')))
    await vi.waitFor(() => expect([alters.over, ends.over]).toEqual([over, over]), { timeout: 5000 })
    expect(Math.max(alters.at, ends.at) - start).toBeLessThan(1)
    expect([alters.codes, ends.codes]).toEqual([['UNAUTHENTICATED'], ['UNAUTHENTICATED']])
    expect(stays.over).toBeUndefined()
    stays.stop()
  })

  test('ends when tokens are asked for where none were, and when no longer', async () => {
    await app.reload({ ...rest, auth: 'none' })
    const open = await watch('whatever')
    await app.reload(settings(kept))
    await vi.waitFor(() => expect(open.over).toBe(over), { timeout: 5000 })
    const closed = await watch('kept')
    await app.reload(rest)
    await vi.waitFor(() => expect(closed.over).toBe(over), { timeout: 5000 })
    await app.reload(settings(kept))
  })
})

test('a request whose body comes slowly is refused where its token was taken away meanwhile', async () => {
  const post = request(`${app.app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer gone', expect: '100-continue' },
  })
  const answered = once(post, 'response')
  await once(post, 'continue') // it is known whose it is
  post.write('{"query":')
  await app.reload(settings(kept, changed))
  post.end('"{ __typename }"}')
  const [response] = await answered
  response.resume()
  expect(response.statusCode).toBe(401)
})

test('an event stream whose token is taken away while it is being set up does not begin', async () => {
  const watch = vi.spyOn(Live.prototype, 'watch')
  process.kill(app.server.pid, 'SIGSTOP')
  const other = query.replace('steps: 1', 'steps: 2') // a window that nobody has read yet
  const asked = fetch(`${app.app.url}/graphql?query=${encodeURIComponent(other)}`, {
    headers: { accept: 'text/event-stream', authorization: 'Bearer gone' },
  })
  await expect.poll(() => watch.mock.results.length).toBe(1)
  await app.reload(settings(kept, changed))
  process.kill(app.server.pid, 'SIGCONT')
  const response = await asked
  expect(response.status).toBe(401)
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
  const { watchers } = watch.mock.contexts[0] as Live
  expect(watchers).toBe(0)
  watch.mockRestore()
})

test('every operation of a socket is told that its token is good no longer, before the socket closes', async () => {
  const watching = await overSocket('gone', 3)
  await app.reload(settings(kept))
  await vi.waitFor(() => expect(watching.over).toBe(4401), { timeout: 5000 })
  expect(watching.codes).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED', 'UNAUTHENTICATED'])
})

describe('a reload', () => {
  test('puts limits in force', async () => {
    const text = [{ name: 'texts', match: 'text', type: 'series', intervals: { minute: { step: 60 } } }]
    const own = await startTestApp({ monitor: false, timeseries: text })
    const insert = async () => {
      const { errors } = await own.query('mutation { insert(name: "text", value: "four") { inserted } }')
      return errors?.[0]?.message
    }
    const read = async () => {
      const { errors } = await own.query('{ series(name: "text", interval: "minute", steps: 3) { names } }')
      return errors?.[0]?.extensions.code
    }
    expect([await insert(), await read()]).toEqual([undefined, undefined])
    await own.reload({ monitor: false, timeseries: text, limits: { maxValueLength: 3, maxBuckets: 2 } })
    expect([await insert(), await read()]).toEqual(['a text has at most 3 characters', 'RANGE_TOO_LARGE'])
    await own.reload({ monitor: false, timeseries: text })
    expect([await insert(), await read()]).toEqual([undefined, undefined])
    await own.stop()
  })

  test('of anything else is refused, by name and without the values, and nothing of it is in force', async () => {
    const other = { ...settings(gone), prefix: 'hunter2', logLevel: 'debug' }
    const refused = expect(app.reload(other)).rejects
    await refused.toThrow(/this differs: logLevel, prefix$/)
    const watching = await overSocket('kept')
    watching.stop()
  })

  test('decides to whom the server answers', async () => {
    const { get } = await import('node:http')
    const status = async () =>
      await new Promise((resolve) =>
        get(`${app.app.url}/graphql?query={__typename}`, {
          headers: { host: 'elsewhere.example', accept: 'application/json', authorization: 'Bearer kept' },
        }).once('response', (response) => resolve(response.resume().statusCode)),
      )
    expect(await status()).toBe(200)
    await app.reload(rest)
    expect(await status()).toBe(403)
    await app.reload({ ...rest, auth: 'none' })
    expect(await status()).toBe(200)
  })
})
