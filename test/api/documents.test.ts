import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { startTestApp, type TestApp } from '../support/app.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const documents = [
  'README.md',
  'docs/demo-data.md',
  'docs/redis.md',
  'docs/configuration.md',
  'docs/limits.md',
]

/** Every ```graphql block of a document. */
function operations(document: string): string[] {
  const text = readFileSync(root + document, 'utf8')
  return [...text.matchAll(/^```graphql\n(.*?)^```$/gms)].map(([, operation]) => operation ?? '')
}

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const importData = () =>
  promisify(execFile)(process.execPath, ['scripts/demo-data.mjs', '--url', `${app.app.url}/graphql`], {
    cwd: root,
  })

describe('recorded data', () => {
  test('are imported, once however often', async () => {
    expect((await importData()).stdout).toMatch(/28,292 values in 7 series/)
    expect((await importData()).stdout).toMatch(/28,292 of them were there already/)
    const { data } = await app.query(`{
      series(name: "demo.flights.delay", interval: "day", start: "2001-01-01T00:00:00Z", end: "2001-12-31T00:00:00Z", collapsed: true) {
        buckets { count }
      }
    }`)
    expect(data.series.buckets[0].count).toBe(20_000)
  })

  test('for a flag that does not exist are one sentence', async () => {
    const { stderr } = await promisify(execFile)(process.execPath, ['scripts/demo-data.mjs', '--ur', 'x'], {
      cwd: root,
    }).catch((error) => error)
    expect(stderr.trim()).toBe("Only --url is understood here, followed by a server's address.")
  })

  test('for a server that does not answer are one sentence', async () => {
    const { stderr } = await promisify(execFile)(
      process.execPath,
      ['scripts/demo-data.mjs', '--url', 'http://localhost:1/graphql'],
      { cwd: root },
    ).catch((error) => error)
    expect(stderr.trim()).toMatch(/^No server answers at .* first, or give its address with --url\.$/)
  })
})

describe('an operation in the documents does what it says', () => {
  const all = documents.flatMap((document) =>
    operations(document).map((operation) => [document, operation] as const),
  )

  test.each(all.filter(([, operation]) => !operation.startsWith('subscription')))(
    '%s: %s',
    async (_, operation) => {
      const { data, errors } = await app.query(operation)
      expect(errors).toBeUndefined()
      if (operation.includes('demo.')) {
        const numbers = JSON.stringify(data.series.buckets).match(/"(mean|count)":[1-9]/g)
        expect(numbers?.length).toBe(data.series.buckets.length)
      }
    },
  )

  test.each(all.filter(([, operation]) => operation.startsWith('subscription')))(
    '%s: %s',
    async (_, query) => {
      const client = createClient({
        url: `${app.app.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
      })
      const updates = client.iterate<{ series: { kind: string } }>({ query })
      expect((await updates.next()).value.data.series.kind).toBe('SNAPSHOT')
      await client.dispose()
    },
  )
})
