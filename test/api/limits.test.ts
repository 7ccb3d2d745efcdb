import { getIntrospectionQuery } from 'graphql'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { type Reply, startTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ monitor: false })
})
afterAll(() => app.stop())

/** The same operation over every transport. */
const transports = {
  HTTP: (query: string): Promise<Reply> => app.query(query),
  async SSE(query: string): Promise<Reply> {
    const response = await fetch(`${app.app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query }),
    })
    const text = await response.text()
    return JSON.parse(/^data: (\{.*)$/m.exec(text)?.[1] ?? text)
  },
  async WebSocket(query: string): Promise<Reply> {
    const client = createClient({
      url: `${app.app.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
    })
    try {
      return (await client.iterate({ query }).next()).value as Reply
    } catch (errors) {
      return { errors: errors as Reply['errors'] & object }
    } finally {
      await client.dispose()
    }
  },
}

const times = (n: number, text: (i: number) => string) =>
  Array.from({ length: n }, (_, i) => text(i)).join(' ')
const doubled = times(20, (i) => `fragment F${i} on Query { ...F${i + 1} a${i}: __typename ...F${i + 1} }`)

describe.each(Object.entries(transports))('over %s', (_name, ask) => {
  test.each([
    ['too many tokens', `{ ${times(20_000, () => '__typename')} }`],
    ['too many aliases', `{ ${times(500, (i) => `a${i}: __typename`)} }`],
    ['aliases that fragments multiply', `{ ...F0 } ${doubled} fragment F20 on Query { a: __typename }`],
    ['fields too deep', `${'{ a '.repeat(30)}${'}'.repeat(30)}`],
    [
      'fields too deep in fragments',
      `{ ...F0 } ${times(30, (i) => `fragment F${i} on Query { a { ...F${i + 1} } }`)}`,
    ],
    ['an alias that fills the answer', `{ definitions { ${'a'.repeat(65)}: name } }`],
    ['the schema again and again', `{ ${times(20, (i) => `a${i}: __schema { types { name } }`)} }`],
    ['one field again and again', `{ ${times(14_000, () => '__typename')} }`],
    ['what is beneath it, too', `{ ${times(1200, () => 'definitions { name unit match }')} }`],
    [
      'fragments beside each other',
      `{ ${times(900, (i) => `...F${i}`)} } ${times(900, (i) => `fragment F${i} on Query { ${'abcdefghij'[i % 10]}: __typename }`)}`,
    ],
    [
      'fragments of many operations',
      `${times(1000, (i) => `query Q${i} { ...F0 }`)} ${times(900, (i) => `fragment F${i} on Query { ...F${i + 1} }`)} fragment F900 on Query { __typename }`,
    ],
    ['a depth that no stack has', `${'{a'.repeat(7000)}${'}'.repeat(7000)}`],
    [
      'lists that can be parsed, and not compared',
      `{ ${times(2, () => `a(b: ${'['.repeat(2000)}${']'.repeat(2000)})`)} }`,
    ],
    ['an alias longer than any name', `{ ${'a'.repeat(65)}: __typename }`],
    ['lists that no stack has', `{ a(b: ${'['.repeat(14_000)}) }`],
  ])('%s are BAD_USER_INPUT', async (_what, query) => {
    const { data, errors } = await ask(query)
    expect(data ?? null).toBeNull()
    expect(errors).toHaveLength(1)
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  })

  test('a fragment that spreads itself is what it is', async () => {
    const { errors } = await ask('{ ...F } fragment F on Query { ...F }')
    expect(errors?.[0]?.message).toContain('Cannot spread fragment "F" within itself')
  })

  test('the schema may be asked for whole, and a dashboard of many series', async () => {
    expect((await ask(getIntrospectionQuery())).errors).toBeUndefined()
    const dashboard = times(
      100,
      (i) => `s${i}: series(name: "s${i}", interval: "minute", steps: 1) { buckets { sum } }`,
    )
    expect((await ask(`{ ${dashboard} }`)).errors).toBeUndefined()
  })
})

test('a thousand literals may be inserted at once', async () => {
  const inserts = times(1000, (i) => `{ name: "many", value: ${i}, timestamp: 1 }`)
  const { errors } = await app.query(`mutation { insertMany(inserts: [${inserts}]) { inserted } }`)
  expect(errors).toBeUndefined()
})
