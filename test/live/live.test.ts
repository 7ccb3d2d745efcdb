import { type Client, createClient } from 'graphql-ws'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { startTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
let client: Client
beforeEach(() => {
  client = createClient({ url: `${app.app.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket })
})
afterEach(async () => {
  await client.dispose()
})

interface Update {
  readonly kind: 'SNAPSHOT' | 'DELTA'
  readonly cursor: string
  readonly removed: number[]
  readonly changed: {
    readonly end: number
    readonly buckets: { timestamp: number; empty: boolean; sum: number | null }[]
  }
}

const fields = 'kind cursor removed changed { end buckets { timestamp empty sum } }'

async function* watch(name: string, rest = ''): AsyncGenerator<Update> {
  const query = `subscription { series(name: "${name}", interval: "minute", steps: 5${rest}) { ${fields} } }`
  for await (const { data, errors } of client.iterate<{ series: Update }>({ query })) {
    if (errors) throw errors[0]
    if (data) yield data.series
  }
}

async function take(updates: AsyncGenerator<Update>): Promise<Update> {
  const { value, done } = await updates.next()
  if (done) throw new Error('the subscription ended')
  return value
}

/** Reads on until the bucket at `timestamp` has this sum. */
async function until(
  updates: AsyncGenerator<Update>,
  timestamp: number,
  sum: number | null,
): Promise<Update> {
  for (;;) {
    const update = await take(updates)
    if (update.changed.buckets.some((bucket) => bucket.timestamp === timestamp && bucket.sum === sum))
      return update
  }
}

const minuteNow = () => Math.floor(Date.now() / 60_000)

/** What somebody else might do to the minute of a count. */
const byHand = {
  kairos: {
    add: (name: string, minute: number, n: number) => app.redis.incrby(`kairos:${name}:minute:${minute}`, n),
    remove: (name: string, minute: number) => app.redis.del(`kairos:${name}:minute:${minute}`),
  },
  packed: {
    add: async (name: string, minute: number, n: number) => {
      const [key, slot] = [`kairos:{${name}}:minute:${Math.floor(minute / 60)}`, minute % 60]
      const gaps = slot - (await app.redis.llen(key))
      if (gaps < 0) await app.redis.lset(key, slot, n)
      else await app.redis.rpush(key, ...Array<string>(gaps).fill(''), n)
    },
    remove: (name: string, minute: number) =>
      app.redis.lset(`kairos:{${name}}:minute:${Math.floor(minute / 60)}`, minute % 60, ''),
  },
}

describe.each(['kairos', 'packed'] as const)('in layout %s a subscription', (layout) => {
  const { add, remove } = byHand[layout]
  beforeAll(async () => {
    app = await startTestApp({ layout })
  })
  afterAll(() => app.stop())

  test('begins with the whole window, and tells what redis-cli would write', async () => {
    const updates = watch('live.raw')
    const first = await take(updates)
    expect(first.kind).toBe('SNAPSHOT')
    expect(first.changed.buckets).toHaveLength(5)
    const minute = minuteNow()
    await add('live.raw', minute, 7)
    const delta = await until(updates, minute * 60, 7)
    expect(delta.kind).toBe('DELTA')
    await remove('live.raw', minute)
    const deleted = await until(updates, minute * 60, null)
    expect(deleted.changed.buckets).toEqual([{ timestamp: minute * 60, empty: true, sum: null }])
    await updates.return(undefined)
  })

  test('tells each of many watchers of an insert', async () => {
    const watchers = Array.from({ length: 20 }, () => watch('live.many'))
    await Promise.all(watchers.map(take))
    const minute = minuteNow()
    await app.query(
      `mutation { insert(name: "live.many", value: 5, timestamp: ${minute * 60}) { inserted } }`,
    )
    await Promise.all(watchers.map((updates) => until(updates, minute * 60, 5)))
    await Promise.all(watchers.map((updates) => updates.return(undefined)))
  })

  test('tells of a series that is deleted', async () => {
    const minute = minuteNow()
    await app.query(
      `mutation { insert(name: "live.gone", value: 5, timestamp: ${minute * 60}) { inserted } }`,
    )
    const updates = watch('live.gone')
    await until(updates, minute * 60, 5)
    await app.query('mutation { delete(names: ["live.gone"]) { deleted } }')
    await until(updates, minute * 60, null)
    await updates.return(undefined)
  })

  test('of joined series tells of each of them', async () => {
    const minute = minuteNow()
    const query = `subscription { join(names: ["live.one", "live.two"], interval: "minute", steps: 5) { ${fields} } }`
    const iterable = client.iterate<{ join: Update }>({ query })
    async function* joined(): AsyncGenerator<Update> {
      for await (const { data } of iterable) if (data) yield data.join
    }
    const updates = joined()
    await take(updates)
    await add('live.one', minute, 2)
    await until(updates, minute * 60, 2)
    await add('live.two', minute, 3)
    await until(updates, minute * 60, 5)
    await updates.return(undefined)
  })

  test('that is resumed tells in one DELTA what was missed, empty if nothing was', async () => {
    const before = watch('live.resumed')
    const { cursor } = await take(before)
    await before.return(undefined)
    const quiet = watch('live.resumed', `, after: "${cursor}"`)
    const nothing = await take(quiet)
    expect(nothing).toMatchObject({ kind: 'DELTA', changed: { buckets: [] } })
    await quiet.return(undefined)
    const minute = minuteNow()
    await add('live.resumed', minute, 2)
    const resumed = watch('live.resumed', `, after: "${nothing.cursor}"`)
    await until(resumed, minute * 60, 2)
    await resumed.return(undefined)
  })

  test('with an unknown cursor begins anew, with a malformed one is refused', async () => {
    const unknown = watch('live.cursor', ', after: "AAAAAAAAAAAAAAAA.3"')
    expect((await take(unknown)).kind).toBe('SNAPSHOT')
    await unknown.return(undefined)
    await expect(take(watch('live.cursor', ', after: "x"'))).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT' },
    })
  })

  test('catches up when its connection to Redis was cut', async () => {
    const updates = watch('live.cut')
    await take(updates)
    const minute = minuteNow()
    await app.redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await add('live.cut', minute, 9)
    await until(updates, minute * 60, 9)
    await updates.return(undefined)
  })

  test('over SSE is the same', async () => {
    const query = `subscription { series(name: "live.sse", interval: "minute", steps: 5) { ${fields} } }`
    const response = await fetch(`${app.app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query }),
    })
    let text = ''
    let added = false
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString()
      if (text.includes('"SNAPSHOT"') && !added) {
        added = true
        await add('live.sse', minuteNow(), 1)
      }
      if (text.includes('"sum":1}')) break
    }
    expect(text).toContain('"kind":"DELTA"')
  })
})
