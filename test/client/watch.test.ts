import { tmpdir } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { start } from '../../src/app.ts'
import { type ConnectOptions, SocketConnection } from '../../src/client/connection.ts'
import { InsertDocument } from '../../src/client/documents.ts'
import {
  type Connection,
  connect,
  type SeriesState,
  type SeriesWatch,
  watchSeries,
} from '../../src/client/node.ts'
import { loadConfig } from '../../src/config/index.ts'
import { createLog } from '../../src/log.ts'
import { type Network, startNetwork } from '../e2e/network.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type Issuer, inSeconds, startIssuer } from '../support/issuer.ts'
import { type Recording, recording } from '../support/recording-socket.ts'
import { startRedisServer } from '../support/redis-server.ts'
import { token } from '../support/tokens.ts'

const settings = {
  monitor: false,
  timeseries: [
    { name: 'counts', match: 'count.**', type: 'count', intervals: { hour: { step: 3600, steps: 24 } } },
    {
      name: 'lists',
      match: 'list.**',
      type: 'series',
      values: 'float',
      intervals: { hour: { step: 3600, steps: 24 } },
    },
  ],
}

let app: TestApp
let network: Network
beforeAll(async () => {
  app = await startTestApp(settings)
  network = await startNetwork(app.app.url)
})
afterAll(async () => {
  await network.close()
  await app.stop()
})

const opened: Connection[] = []
afterEach(() => {
  for (const connection of opened.splice(0)) connection.close()
})

function open(options: ConnectOptions = {}): Connection {
  const connection = connect({ url: `${app.app.url}/graphql`, ...options })
  opened.push(connection)
  return connection
}

/** Over the network, which can be taken away, and recorded. */
function openRecorded(options: ConnectOptions = {}): Connection & Recording {
  const recorded = recording()
  const connection = new SocketConnection({ url: `${network.url}/graphql`, ...options }, recorded.WebSocket)
  opened.push(connection)
  return Object.assign(connection, recorded)
}

async function insert(name: string, value: number): Promise<void> {
  const { errors } = await app.query(
    'mutation ($name: String!, $value: Value) { insert(name: $name, value: $value) { inserted } }',
    { name, value },
  )
  expect(errors).toBeUndefined()
}

const live = (watch: { readonly state: { readonly live: boolean } }) =>
  expect.poll(() => watch.state.live, { timeout: 20_000, interval: 20 }).toBe(true)
const shows = (watch: Pick<SeriesWatch, 'state'>, total: number) =>
  expect.poll(() => watch.state.columns.count.at(-1), { timeout: 20_000, interval: 20 }).toBe(total)
const kindOf = (connection: Connection) => () => connection.state.kind
const updates = ({ received }: Recording) =>
  received.filter(({ type }) => type === 'next').map(({ payload }) => payload.data.series.kind)
const subscribed = ({ sent }: Recording) => sent.filter(({ type }) => type === 'subscribe')

async function watchers(): Promise<number> {
  const metrics = await (await fetch(`${app.app.url}/metrics`)).text()
  return Number(/^kairos_watchers (\d+)$/m.exec(metrics)?.[1])
}

const hour = { interval: 'hour', steps: 3 } as const

test('a watch has empty lists, and the names that were asked for, until the server has said something', async () => {
  const watch = open().watchSeries({ name: ['count.x', 'count.y'], ...hour, columns: { rate: 'RATE' } })
  expect(watch.state).toMatchObject({
    names: ['count.x', 'count.y'],
    type: null,
    unit: null,
    interval: null,
    timestamps: [],
    columns: { rate: [] },
    connection: { kind: 'connecting' },
    live: false,
    asOf: null,
    error: null,
  })
  await live(watch)
  expect(watch.state).toMatchObject({ type: 'COUNT', interval: { name: 'hour', step: '3600' } })
  expect(watch.state.columns.rate).toHaveLength(3)
  expect(Math.abs(Date.now() / 1000 - (watch.state.asOf ?? 0))).toBeLessThan(10)
})

test('a watch yields the snapshot, and then whatever is inserted by anyone', async () => {
  await insert('count.yields', 1)
  const seen: unknown[] = []
  for await (const { live, columns } of open().watchSeries({ name: 'count.yields', ...hour })) {
    if (!live) continue
    seen.push(columns.count)
    if (seen.length === 3) break
    await insert('count.yields', 2)
  }
  expect(seen).toEqual([
    [0, 0, 1],
    [0, 0, 3],
    [0, 0, 5],
  ])
})

test('listeners are told of the new state as it becomes the state; one that throws is no harm to the others', async () => {
  const watch = open().watchSeries({ name: 'count.listeners', ...hour })
  const seen: boolean[] = []
  const thrown: unknown[] = []
  const listening = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.once('uncaughtException', (error) => thrown.push(error))
  const unlisten = watch.onChange(() => {
    unlisten()
    throw new Error('mine')
  })
  watch.onChange((state) => seen.push(state === watch.state))
  await live(watch)
  await insert('count.listeners', 1)
  await shows(watch, 1)
  for (const listener of listening) process.on('uncaughtException', listener)
  expect(thrown).toEqual([new Error('mine')])
  expect(seen.length).toBeGreaterThanOrEqual(2)
  expect(seen).not.toContain(false)
})

test('a slow reader gets the newest state, and no other', async () => {
  const watch = open().watchSeries({ name: 'count.slow', ...hour, maxRate: 60 })
  const states = watch[Symbol.asyncIterator]()
  await live(watch)
  await states.next()
  let changes = 0
  watch.onChange(() => {
    changes += 1
  })
  for (let total = 1; total <= 5; total += 1) {
    await insert('count.slow', 1)
    await shows(watch, total)
  }
  expect(changes).toBe(5)
  expect((await states.next()).value?.columns.count.at(-1)).toBe(5)
  const next = states.next()
  await insert('count.slow', 1)
  expect((await next).value?.columns.count.at(-1)).toBe(6)
})

test('closing a watch, or leaving its iteration, ends the subscription at the server', async () => {
  await expect.poll(watchers).toBe(0)
  const connection = open()
  const watches = ['a', 'b', 'c'].map((name) => connection.watchSeries({ name: `count.${name}`, ...hour }))
  await expect.poll(watchers).toBe(3)
  watches[0]?.close()
  await expect.poll(watchers).toBe(2)
  for await (const { live } of watches[1] ?? []) if (live) break
  await expect.poll(watchers).toBe(1)
  const pending = watches[2]?.[Symbol.asyncIterator]()
  await pending?.next()
  const never = pending?.next()
  await pending?.return?.()
  expect(await never).toEqual({ done: true, value: undefined })
  await expect.poll(watchers).toBe(0)
  expect(connection.state.kind).toBe('live')
  expect(watches.map(({ state }) => state.live)).toEqual([false, false, false])
})

test('a watch of its own closes its connection with it', async () => {
  const watch = watchSeries({ url: `${app.app.url}/graphql`, name: 'count.sole', ...hour })
  for await (const { live } of watch) if (live) break
  expect(watch.state.connection).toMatchObject({ kind: 'closed', error: null })
  await expect.poll(watchers).toBe(0)
})

test('closing the connection ends iterations, and leaves what was known', async () => {
  const connection = open()
  const watch = connection.watchSeries({ name: 'count.closed', ...hour })
  await live(watch)
  const states: SeriesState[] = []
  for await (const state of watch) {
    states.push(state)
    connection.close()
  }
  expect(states).toHaveLength(1)
  expect(watch.state).toMatchObject({ live: false, error: null, connection: { kind: 'closed', error: null } })
  expect(watch.state.timestamps).toHaveLength(3)
  await expect(connection.readSeries({ name: 'count.closed' })).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
  })
  const late = connection.watchSeries({ name: 'count.closed', ...hour })
  expect(await late[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined })
})

test('100 watches use one socket, and each of two connections has its own', async () => {
  const first = openRecorded()
  const watches = Array.from({ length: 100 }, (_, i) =>
    first.watchSeries({ name: `count.many.${i}`, ...hour }),
  )
  for (const watch of watches) await live(watch)
  expect(first.made).toHaveLength(1)
  const second = openRecorded()
  const other = second.watchSeries({ name: 'count.many.7', ...hour })
  await live(other)
  await insert('count.many.7', 4)
  await shows(other, 4)
  await shows(watches[7] as SeriesWatch, 4)
  for (let i = 0; i < 20; i += 1) await second.readSeries({ name: 'count.many.7', ...hour }) // answers, each with its end behind it
  first.close()
  await insert('count.many.7', 1)
  await shows(other, 5)
  expect([first.made.length, second.made.length]).toEqual([1, 1])
})

test('several names are joined, also where that is one', async () => {
  await insert('list.a', 1)
  await insert('list.b', 2)
  const connection = open()
  const watch = connection.watchSeries({ name: ['list.a', 'list.b'], ...hour, values: 5, grid: 1 })
  await live(watch)
  expect(watch.state).toMatchObject({ names: ['list.a', 'list.b'], values: [[], [], [1, 2]] })
  expect(watch.state.grid).toEqual({
    width: 1,
    from: 1,
    counts: [
      [0, 0],
      [0, 0],
      [1, 1],
    ],
  })
  const read = await connection.readSeries({
    name: ['list.a', 'list.b'],
    interval: 'hour',
    steps: 3,
    values: 5,
  })
  expect(read).toMatchObject({ values: [[], [], [1, 2]], timestamps: watch.state.timestamps, grid: null })
  expect(await connection.readSeries({ name: ['list.a'], interval: 'hour', steps: 1 })).toMatchObject({
    names: ['list.a'],
    columns: { count: [1], mean: [1] },
  })
})

describe('what only the caller can mend ends the watch with its code, and is not tried again:', () => {
  test.each([
    ['UNKNOWN_SERIES', { name: 'nothing', ...hour }],
    ['UNKNOWN_INTERVAL', { name: 'count.a', interval: 'no' }],
    ['TYPE_MISMATCH', { name: ['count.a', 'list.a'], ...hour }],
    ['BAD_USER_INPUT', { name: 'count.a', ...hour, maxRate: 1000 }],
    ['BAD_USER_INPUT', { name: 'list.wide', ...hour, grid: 1 }],
  ])('%s', async (code, options) => {
    await insert('list.wide', 0)
    await insert('list.wide', 1_000)
    const connection = openRecorded()
    const watch = connection.watchSeries(options)
    const consume = async () => {
      for await (const state of watch) expect(state.live).toBe(false)
    }
    await expect(consume()).rejects.toMatchObject({ name: 'KairosError', code })
    expect(watch.state).toMatchObject({ live: false, error: { code }, connection: { kind: 'live' } })
    network.restore()
    const later = connection.watchSeries({ name: 'count.later', ...hour })
    await live(later)
    expect(
      subscribed(connection).filter(({ payload }) => payload.variables.name !== 'count.later'),
    ).toHaveLength(1)
  })

  test('a grid that becomes too wide', async () => {
    await insert('list.widens', 0)
    const watch = open().watchSeries({ name: 'list.widens', ...hour, grid: 1 })
    await live(watch)
    await app.query('mutation { insert(name: "list.widens", value: 500, timestamp: "-PT1H") { inserted } }')
    const { errors } = await app.query(
      'mutation ($timestamp: Timestamp) { insert(name: "list.widens", value: 500, timestamp: $timestamp) { inserted } }',
      { timestamp: Date.now() / 1000 - 3600 },
    )
    expect(errors).toBeUndefined()
    await expect.poll(() => watch.state.error?.code).toBe('BAD_USER_INPUT')
    await expect.poll(watchers).toBe(0)
  })

  test('what cannot be a column, before anything is sent', async () => {
    const connection = openRecorded()
    const columns = { 'a: names': 'COUNT' } as const
    const refused = { code: 'BAD_USER_INPUT' }
    expect(() => connection.watchSeries({ name: 'count.a', ...hour, columns })).toThrow(
      expect.objectContaining(refused),
    )
    await expect(connection.readSeries({ name: 'count.a', columns })).rejects.toMatchObject(refused)
    await live(connection.watchSeries({ name: 'count.a', ...hour }))
    expect(subscribed(connection)).toHaveLength(1)
  })
})

describe('when the connection is cut', () => {
  test('it says since when, comes back, and catches up by one DELTA, after the last update', async () => {
    const connection = openRecorded()
    const watch = connection.watchSeries({ name: 'count.cut', ...hour })
    await live(watch)
    await insert('count.cut', 1)
    await shows(watch, 1)
    const [, before] = connection.received.filter(({ type }) => type === 'next')
    const states: SeriesState[] = []
    watch.onChange((state) => states.push(state))
    network.restore()
    await insert('count.cut', 2)
    await live(watch)
    await shows(watch, 3)
    expect(updates(connection)).toEqual(['SNAPSHOT', 'DELTA', 'DELTA'])
    expect(subscribed(connection).map(({ payload }) => payload.variables.after)).toEqual([
      null,
      before.payload.data.series.cursor,
    ])
    const [lost, resuming, resumed] = states
    expect(states).toHaveLength(3)
    expect(lost).toMatchObject({ live: false, connection: { kind: 'reconnecting', since: lost?.asOf } })
    expect(lost?.columns.count).toEqual([0, 0, 1])
    expect(resuming).toMatchObject({ live: false, connection: { kind: 'live' }, asOf: lost?.asOf })
    expect(resumed).toMatchObject({ live: true, connection: { kind: 'live' } })
  })

  test('where nothing was missed every list stays the very same', async () => {
    const connection = openRecorded()
    const watch = connection.watchSeries({ name: 'count.same', ...hour })
    await live(watch)
    const { columns, timestamps } = watch.state
    network.restore()
    await expect.poll(() => watch.state.live).toBe(false)
    await live(watch)
    expect(updates(connection)).toEqual(['SNAPSHOT', 'DELTA'])
    expect(watch.state.timestamps).toBe(timestamps)
    expect(watch.state.columns.count).toBe(columns.count)
  })

  test('a query is sent again, a mutation is not, and what has yet to be sent waits', async () => {
    const connection = openRecorded()
    await expect.poll(kindOf(connection)).toBe('live')
    network.silence()
    const read = connection.readSeries({ name: 'count.again', interval: 'hour', steps: 1 })
    const mutation = connection.request(InsertDocument, { name: 'count.again', value: 1 })
    mutation.catch(() => {}) // until it is looked at
    await expect.poll(() => subscribed(connection).length).toBe(2)
    network.restore()
    await expect(mutation).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    const later = connection.request(InsertDocument, { name: 'count.later', value: 1 })
    expect(connection.state.kind).toBe('reconnecting')
    expect(await read).toMatchObject({ columns: { count: [0] } })
    expect(await later).toEqual({ insert: { inserted: 1, expired: 0, duplicate: false } })
    const sent = subscribed(connection).map(({ payload }) => payload.variables.name)
    expect(sent).toEqual(['count.again', 'count.again', 'count.again', 'count.later'])
  })

  test('closing it while a silent server is tried leaves no socket behind', async () => {
    network.silence()
    const connection = openRecorded()
    connection.close()
    const [socket] = connection.made
    await expect.poll(() => socket?.readyState, { timeout: 15_000 }).toBe(WebSocket.CLOSED)
    network.restore()
  }, 30_000)

  test('a server that has fallen silent is left within seconds', async () => {
    const connection = openRecorded()
    const watch = connection.watchSeries({ name: 'count.silent', ...hour })
    await live(watch)
    const before = Date.now()
    network.silence()
    await expect.poll(kindOf(connection), { timeout: 15_000 }).toBe('reconnecting')
    expect(Date.now() - before).toBeLessThan(11_000)
    expect(watch.state.live).toBe(false)
    // The next attempt hangs, too, and is given up as well.
    await expect.poll(() => connection.made.length, { timeout: 15_000 }).toBeGreaterThan(2)
    network.restore()
    await live(watch)
  }, 60_000)
})

test('a restart of the server is survived, and what it was not there to tell is made up for', async () => {
  const redis = await startRedisServer()
  const serve = async (port: number) => {
    const argv = ['--redis', redis.url, '--port', String(port)]
    const config = await loadConfig({ argv, env: {}, cwd: tmpdir() })
    return await start(config, createLog('silent'))
  }
  const first = await serve(0)
  const port = Number(new URL(first.url).port)
  const connection = open({ url: `${first.url}/graphql` })
  const watch = connection.watchSeries({ name: 'hits.restart', interval: 'minute', steps: 5 })
  await live(watch)
  await first.close()
  await expect.poll(kindOf(connection)).toBe('reconnecting')
  const other = await serve(0)
  const elsewhere = open({ url: `${other.url}/graphql` })
  await elsewhere.request(InsertDocument, { name: 'hits.restart', value: 7 })
  const second = await serve(port)
  await live(watch)
  expect(watch.state.columns.count.reduce((sum: number, n) => sum + (n ?? 0), 0)).toBe(7)
  const read = await connection.readSeries({ name: 'hits.restart', interval: 'minute', steps: 5 })
  expect(watch.state.columns).toEqual(read.columns)
  await Promise.all([second.close(), other.close()])
  await redis.stop()
}, 60_000)

test('a store that goes away under a watch is told, since when it was, and the watch goes on when it is back', async () => {
  const redis = await startRedisServer()
  const argv = ['--redis', redis.url, '--port', '0']
  const config = await loadConfig({ argv, env: {}, cwd: tmpdir() })
  const server = await start(config, createLog('silent'))
  const watch = open({ url: `${server.url}/graphql` }).watchSeries({ name: 'hits.under', interval: 'minute' })
  await live(watch)
  const killed = Date.now() / 1000
  await redis.kill()
  await expect.poll(() => watch.state.live, { timeout: 20_000 }).toBe(false)
  expect(watch.state).toMatchObject({ error: { code: 'STORE_UNAVAILABLE' }, connection: { kind: 'live' } })
  expect(watch.state.timestamps.length).toBeGreaterThan(0)
  expect(watch.state.asOf).toBeGreaterThan(killed - 2)
  expect(watch.state.asOf).toBeLessThan(killed + 1)
  const back = await startRedisServer(['--port', String(redis.port)])
  await live(watch)
  expect(watch.state.error).toBeNull()
  await server.close()
  await back.stop()
}, 60_000)

test('while the store is away it says so, and goes on by itself when it is back', async () => {
  const redis = await startRedisServer()
  const argv = ['--redis', redis.url, '--port', '0']
  const config = await loadConfig({ argv, env: {}, cwd: tmpdir() })
  const server = await start(config, createLog('silent'))
  await redis.kill()
  const watch = open({ url: `${server.url}/graphql` }).watchSeries({
    name: 'hits.away',
    interval: 'minute',
    steps: 2,
  })
  await expect.poll(() => watch.state.error?.code, { timeout: 20_000 }).toBe('STORE_UNAVAILABLE')
  expect(watch.state).toMatchObject({ live: false, connection: { kind: 'live' }, asOf: null })
  const given = open({ url: `${server.url}/graphql` }).watchSeries({ name: 'hits.away', interval: 'minute' })
  const states = given[Symbol.asyncIterator]()
  expect((await states.next()).value?.error?.code).toBe('STORE_UNAVAILABLE')
  given.close() // is no error, though there was one
  expect(await states.next()).toEqual({ done: true, value: undefined })
  expect(given.state.error).toBeNull()
  const back = await startRedisServer(['--port', String(redis.port)])
  await live(watch)
  expect(watch.state.error).toBeNull()
  await server.close()
  await back.stop()
}, 60_000)

describe('where a token is needed', () => {
  let issuer: Issuer
  let guarded: TestApp
  beforeAll(async () => {
    issuer = await startIssuer()
    guarded = await startTestApp({
      ...settings,
      auth: { tokens: [token('reader', 'read:count.**')], jwt: issuer.jwt },
    })
  })
  afterAll(async () => {
    await guarded.stop()
    await issuer.stop()
  })
  const at = (presented: ConnectOptions['token']) =>
    open({ url: `${guarded.app.url}/graphql`, ...(presented === undefined ? {} : { token: presented }) })

  test.each([undefined, 'wrong', async () => 'wrong'])(
    'one that is none closes for good: %s',
    async (wrong) => {
      const connection = at(wrong)
      const watch = connection.watchSeries({ name: 'count.a', ...hour })
      const refused = { name: 'KairosError', code: 'UNAUTHENTICATED' }
      await expect(watch[Symbol.asyncIterator]().next()).rejects.toMatchObject(refused)
      expect(connection.state).toMatchObject({ kind: 'closed', error: refused })
      expect(watch.state).toMatchObject({ live: false, error: refused })
      await expect(connection.readSeries({ name: 'count.a' })).rejects.toMatchObject(refused)
    },
  )

  test('what it does not allow is FORBIDDEN, and the rest goes on', async () => {
    const connection = at('reader')
    const watch = connection.watchSeries({ name: 'list.a', ...hour })
    await expect(watch[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await live(connection.watchSeries({ name: 'count.a', ...hour }))
  })

  test('one that is over is asked for anew, where it is given by a function, and nothing is lost', async () => {
    let asked = 0
    const connection = at(async () => {
      asked += 1
      return await issuer.sign({ scope: 'read:**', exp: inSeconds(asked === 1 ? 2 : 600) })
    })
    const watch = connection.watchSeries({ name: 'count.token', ...hour })
    await live(watch)
    const kinds: string[] = []
    connection.onState(({ kind }) => kinds.push(kind))
    await expect.poll(() => kinds, { timeout: 10_000 }).toEqual(['reconnecting', 'live'])
    await live(watch)
    expect(asked).toBe(2)
  })

  test('one that is over is the end, where it is a text', async () => {
    const connection = at(await issuer.sign({ scope: 'read:**', exp: inSeconds(2) }))
    const watch = connection.watchSeries({ name: 'count.token', ...hour })
    await live(watch)
    await expect.poll(kindOf(connection), { timeout: 10_000 }).toBe('closed')
    expect(watch.state).toMatchObject({ live: false, error: { code: 'UNAUTHENTICATED' } })
  })

  test('a function that throws has failed this once', async () => {
    let asked = 0
    const connection = at(() => {
      asked += 1
      if (asked === 1) throw new Error('nobody there')
      return 'reader'
    })
    await live(connection.watchSeries({ name: 'count.a', ...hour }))
    expect(asked).toBe(2)
  })
})

test.each([undefined, '', '/graphql', 'localhost:4000', 'ftp://localhost/graphql', 'http://'])(
  'outside a page, what is no address of an endpoint is refused: %s',
  (url) => {
    expect(() => connect(url === undefined ? {} : { url })).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining('url must be') }),
    )
  },
)

test('nobody there is no error: it goes on trying, and ends when it is closed', async () => {
  const recorded = recording()
  const connection = new SocketConnection({ url: 'http://127.0.0.1:1/graphql' }, recorded.WebSocket)
  await expect.poll(() => recorded.made.length, { timeout: 10_000 }).toBeGreaterThan(2)
  expect(connection.state).toEqual({ kind: 'connecting' })
  connection.close()
  expect(connection.state).toMatchObject({ kind: 'closed', error: null })
  const made = recorded.made.length
  await wait(0)
  expect(recorded.made).toHaveLength(made)
})

describe('on a page', () => {
  let document: EventTarget & { visibilityState: string }
  let window: EventTarget
  beforeEach(() => {
    document = Object.assign(new EventTarget(), { visibilityState: 'visible' })
    window = new EventTarget()
    vi.stubGlobal('document', document)
    vi.stubGlobal('window', window)
  })
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
  })
  const becomes = (visibilityState: string) => {
    document.visibilityState = visibilityState
    document.dispatchEvent(new Event('visibilitychange'))
  }
  const returns = () => window.dispatchEvent(new Event('online'))

  test('it is tried at once when the page is shown or the network returns, and once', async () => {
    const recorded = recording()
    const connection = new SocketConnection({ url: 'http://127.0.0.1:1/graphql' }, recorded.WebSocket)
    opened.push(connection)
    const { made } = recorded
    /** Until it pauses for a second or more. */
    const pauses = (attempts: number) =>
      expect
        .poll(() => made.length >= attempts && made.at(-1)?.readyState, { timeout: 20_000, interval: 5 })
        .toBe(WebSocket.CLOSED)
    await pauses(4)
    const before = made.length
    becomes('hidden')
    expect(made).toHaveLength(before)
    returns()
    becomes('visible')
    expect(made).toHaveLength(before + 1)
    await pauses(before + 1)
    becomes('visible')
    returns()
    expect(made).toHaveLength(before + 2)
    await pauses(before + 2)
    connection.close()
    becomes('visible')
    returns()
    expect(made).toHaveLength(before + 2)
  }, 30_000)

  test('a socket that was silent while the page slept is not trusted, one that was heard is', async () => {
    const connection = openRecorded()
    const watch = connection.watchSeries({ name: 'count.slept', ...hour })
    await live(watch)
    becomes('visible')
    expect(watch.state.live).toBe(true)
    const woken = Date.now() + 60_000
    const clock = vi.spyOn(Date, 'now').mockReturnValue(woken)
    becomes('visible')
    expect(watch.state).toMatchObject({ live: false, connection: { kind: 'reconnecting' } })
    expect(watch.state.asOf).toBeLessThan(woken / 1000 - 30)
    expect(connection.made).toHaveLength(2)
    clock.mockRestore()
    await live(watch)
  })
})
