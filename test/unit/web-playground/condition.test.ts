import { expect, test } from 'vitest'
import { KairosError } from '../../../src/client/index.ts'
import { conditionOf, type Known } from '../../../web-playground/src/dashboard/condition.ts'
import { statusOf } from '../../../web-playground/src/page/status.ts'

const away = { kind: 'reconnecting', since: 50 } as const
const unknown = new KairosError('UNKNOWN_INTERVAL', 'there is no interval "x"')
const unavailable = new KairosError('STORE_UNAVAILABLE', 'Redis cannot be reached')
const held = { live: true, asOf: 40, error: null }

function condition(known: Partial<Known>) {
  return conditionOf({
    connection: { kind: 'live', storeAwaySince: null },
    refusal: null,
    live: held,
    history: 'none',
    filled: true,
    ...known,
  })
}

test('a chart is live only while the server vouches for it', () => {
  expect(condition({})).toEqual({ kind: 'live' })
  expect(condition({ live: { ...held, live: false } })).toEqual({ kind: 'stale', since: 40, closed: false })
  expect(condition({ connection: away })).toEqual({ kind: 'stale', since: 40, closed: false })
  expect(condition({ connection: { kind: 'closed', since: 50, error: null } }).kind).toBe('stale')
})

test('where Redis is away what is live is stale, and the past stays what it was', () => {
  const connection = { kind: 'live', storeAwaySince: 45 } as const
  const live = { live: false, asOf: 45, error: unavailable }
  expect(condition({ connection, live })).toEqual({ kind: 'stale', since: 45, closed: false })
  expect(condition({ connection, live, history: 'read' })).toEqual({ kind: 'history' })
  expect(statusOf(connection, []).text).toMatch(/^Redis is away since \d\d:\d\d:\d\d$/)
})

test('before anything is known it is loading, and stale where the server went away before', () => {
  expect(condition({ live: null }).kind).toBe('loading')
  expect(condition({ live: { live: false, asOf: null, error: null } }).kind).toBe('loading')
  expect(condition({ live: null, connection: away })).toEqual({ kind: 'stale', since: null, closed: false })
})

test('what holds nothing is empty, live or past', () => {
  expect(condition({ filled: false })).toEqual({ kind: 'empty', live: true })
  expect(condition({ filled: false, history: 'read' })).toEqual({ kind: 'empty', live: false })
})

test('a refusal is told with whether it is tried again, and where it only concerns what is live not in the past', () => {
  const refused = { ...held, live: false, error: unknown }
  expect(condition({ live: refused })).toEqual({ kind: 'refused', error: unknown, retried: false })
  expect(condition({ live: { ...refused, error: unavailable } })).toMatchObject({ retried: true })
  expect(condition({ refusal: unavailable })).toMatchObject({ kind: 'refused', retried: false })
  expect(condition({ live: refused, history: 'read' })).toEqual({ kind: 'history' })
  expect(condition({ refusal: unknown, history: 'awaited' })).toMatchObject({ kind: 'refused' })
})

test('the past stays what it was while the server is away', () => {
  expect(condition({ history: 'read', connection: away })).toEqual({ kind: 'history' })
  expect(condition({ history: 'awaited', connection: away }).kind).toBe('stale')
  expect(condition({ history: 'awaited' }).kind).toBe('reading')
})

test('the page is live when its server is there and no chart waits for it', () => {
  const live = { kind: 'live', storeAwaySince: null } as const
  const loading = { kind: 'loading' } as const
  const stale = { kind: 'stale', since: 1, closed: false } as const
  const refused = { kind: 'refused', error: unknown, retried: false } as const
  const text = (...conditions: Parameters<typeof statusOf>[1]) =>
    statusOf({ kind: 'live', storeAwaySince: null }, conditions).text
  expect(text()).toBe('Live')
  expect(text(live, { kind: 'empty', live: true }, { kind: 'history' })).toBe('Live')
  expect(text(loading)).toBe('Connecting')
  expect(text(live, loading)).toBe('Live')
  expect(text(live, stale)).toBe('Connecting')
  expect(text(live, refused)).toBe('Live, 1 of 2 refused')
  expect(statusOf(away, [live]).text).toMatch(/^Reconnecting since \d\d:\d\d:\d\d$/)
  expect(statusOf({ kind: 'closed', since: 1, error: null }, []).text).toMatch(/^Not live since /)
})
