import { once } from 'node:events'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    monitor: false,
    timeseries: [
      { name: 'all', match: '**', type: 'count', intervals: { minute: { step: 60, steps: 100 } } },
    ],
  })
})
afterAll(() => app.stop())

const times = (n: number, text: (i: number) => string) =>
  Array.from({ length: n }, (_, i) => text(i)).join(' ')
const LONG = 'x'.repeat(1_000_000)

/** Characters of an answer. */
async function sizeOf(query: string, variables: Record<string, unknown>): Promise<number> {
  const { data, errors } = await app.query(query, variables)
  expect(errors?.map(({ extensions }) => extensions.code)).toContain('BAD_USER_INPUT')
  return JSON.stringify({ data, errors }).length
}

test.each([
  [
    'the name of an interval',
    `query ($long: String!) { series(name: ":", interval: "minute") { end } ${times(30, (i) => `a${i}: series(name: "a", interval: $long) { end }`)} }`,
    { long: LONG },
  ],
  [
    'the name of a series',
    `query ($long: String!) { ${times(30, (i) => `a${i}: info(name: $long) { name }`)} }`,
    { long: LONG },
  ],
  [
    'a variable',
    'mutation ($inserts: [InsertInput!]!) { insertMany(inserts: $inserts) { inserted } }',
    { inserts: [{ name: LONG, ...Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`x${i}`, 1])) }] },
  ],
])('%s is not repeated at length by every error', async (_what, query, variables) => {
  expect(await sizeOf(query, variables)).toBeLessThan(100_000)
})

test('no page elsewhere can put GraphiQL into a frame, where a click would be its own', async () => {
  const page = await fetch(`${app.app.url}/graphql`, { headers: { accept: 'text/html' } })
  expect(await page.text()).toContain('<html')
  expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
})

test('a body that comes byte by byte is read whole', async () => {
  const body = JSON.stringify({ query: '{ __typename }', extensions: { padding: 'x'.repeat(3000) } })
  const post = request(`${app.app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  })
  const answered = once(post, 'response')
  for (const byte of body) post.write(byte)
  post.end()
  const [response] = await answered
  expect(await text(response)).toBe('{"data":{"__typename":"Query"}}')
})

test('names to join are counted before any is looked up', async () => {
  const names = Array.from({ length: 300_000 }, (_, i) => `n${i}`)
  const begun = performance.now()
  await sizeOf('query ($names: [String!]!) { join(names: $names, interval: "minute") { end } }', { names })
  expect(performance.now() - begun).toBeLessThan(2000)
})
