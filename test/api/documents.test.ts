import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { examplesOf, hasCurl, runExample } from '../support/markdown.ts'

/** Where typed documents lie in a reader's project, and in ours. */
const replace = {
  './generated/graphql.ts': new URL('../../src/client/generated/graphql.ts', import.meta.url).href,
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const documents = [
  'README.md',
  'docs/api.md',
  'docs/client.md',
  'docs/demo-data.md',
  'docs/redis.md',
  'docs/configuration.md',
  'docs/limits.md',
  'docs/live.md',
]

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

describe('an example in the documents does what it says', () => {
  const examples = documents.flatMap((path) => examplesOf(path))

  beforeAll(async () => {
    const recorded = '{ info(name: "monitor.machine.cpu") { latest(interval: "second") { value } } }'
    await vi.waitFor(async () => expect((await app.query(recorded)).data.info).not.toBeNull(), 10_000)
  })

  test.for(examples.map((example) => [example.title, example] as const))(
    '%s',
    async ([, example], { skip }) => {
      skip(example.language === 'sh' && !hasCurl, 'there is no curl')
      await runExample(example, { url: app.app.url, replace })
    },
  )

  test.each([
    [
      'gives another value',
      'graphql\n{ definitions { __typename } }',
      'json\n{ "data": { "definitions": [] } }',
    ],
    [
      'gives another type',
      'graphql\n{ definitions { name } }',
      'json shape\n{ "data": { "definitions": [{ "name": 1 }] } }',
    ],
    ['lacks what was promised', 'graphql\n{ __typename }', 'json shape\n{ "data": { "end": 1 } }'],
    ['has errors', 'graphql\n{ series(name: "x") { end } }'],
    ['exits with a fault', 'sh\ncurl --no-such-flag'],
    ['throws', 'js\nthrow new Error()'],
  ])('and one that %s fails', async (_, ...blocks) => {
    const [example] = examplesOf('x.md', blocks.map((block) => `\`\`\`${block}\n\`\`\`\n`).join('\n'))
    if (!example) throw new Error('there is none')
    await expect(runExample(example, { url: app.app.url })).rejects.toThrow()
  })

  test('of the recorded data each shows numbers in every bucket', async () => {
    const shown = examples.filter(({ text }) => text.includes('demo.'))
    expect(shown.length).toBeGreaterThanOrEqual(3)
    for (const { text } of shown) {
      const { data } = await app.query(text)
      const numbers = JSON.stringify(data.series.buckets).match(/"(mean|count)":[1-9]/g)
      expect(numbers?.length).toBe(data.series.buckets.length)
    }
  })
})
