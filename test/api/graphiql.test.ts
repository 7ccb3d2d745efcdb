import { parse } from 'graphql'
import { createClient } from 'graphql-ws'
import { afterEach, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { exampleOperations } from '../../src/server/graphiql/example-operations.ts'
import { noSubjects } from '../../src/server/graphiql/example-series.ts'
import { startTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
afterEach(() => app.stop())

interface Tab {
  readonly query: string
  readonly variables?: string
}

const page = async () =>
  await (await fetch(`${app.app.url}/graphql`, { headers: { accept: 'text/html' } })).text()

/** What the page opens with, as its script has it. */
async function tabs(): Promise<Tab[]> {
  const [, options = ''] = /<script id="options"[^>]*>(.*?)<\/script>/s.exec(await page()) ?? []
  return JSON.parse(options).defaultTabs
}

/** The data of an example, which must not have errors. */
async function runTab({ query }: Tab) {
  const reply = query.includes('subscription Live') ? await firstUpdate(query) : await app.query(query)
  expect(reply.errors, query).toBeUndefined()
  return reply.data
}

async function firstUpdate(query: string) {
  const client = createClient({
    url: `${app.app.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
  })
  const { value } = await client.iterate({ query }).next()
  await client.dispose()
  return value
}

describe('GraphiQL opens with operations that work', () => {
  test('on the series of the server itself, one of each type', async () => {
    app = await startTestApp()
    const recorded = '{ info(name: "monitor.machine.cpu") { name } }'
    await expect.poll(async () => (await app.query(recorded)).data.info, { timeout: 10_000 }).not.toBeNull()
    const [explore, lastSteps, chart, live, insert, ...others] = await Promise.all((await tabs()).map(runTab))
    expect(others).toEqual([])
    expect(explore.info.latest.value).toBeGreaterThanOrEqual(0)
    expect(explore.catalogue.edges.length).toBeGreaterThan(0)
    expect(Object.keys(lastSteps)).toEqual(['gauge', 'series', 'histogram', 'count', 'set'])
    expect(
      lastSteps.gauge.buckets.at(-1).value ?? lastSteps.gauge.buckets.at(-2).value,
    ).toBeGreaterThanOrEqual(0)
    expect(chart.line.mean.some((y: number | null) => y !== null)).toBe(true)
    expect(live.series.kind).toBe('SNAPSHOT')
    expect(insert.insert).toEqual({ inserted: 1, duplicate: false })
    const again = await runTab((await tabs())[4] ?? { query: '' })
    expect(again.insert).toEqual({ inserted: 1, duplicate: true })
  })

  test('on names made up after a pattern, and on stored ones as soon as there are any', async () => {
    app = await startTestApp({ monitor: false })
    for (const tab of await tabs()) await runTab(tab)
    expect((await tabs())[1]?.query).toContain('"sensor.example"')
    await app.query('mutation { insert(name: "sensor.roof", value: 21.5) { inserted } }')
    const explore = await runTab((await tabs())[0] ?? { query: '' })
    expect((await tabs())[1]?.query).toContain('"sensor.roof"')
    expect((await runTab((await tabs())[1] ?? { query: '' })).gauge.buckets.at(-1).value).toBe(21.5)
    expect(explore.definitions.length).toBeGreaterThan(5)
  })

  test('on calendar steps that are kept for ever, where nothing is to be written for a try', async () => {
    const timeseries = [
      { name: 'a', match: 'a.*', type: 'gauge', values: 'string', intervals: { month: { step: 'monthly' } } },
      { name: 'b', match: 'b', type: 'set', intervals: { day: { step: 'daily', steps: 10 } } },
    ]
    app = await startTestApp({ monitor: false, timeseries })
    const all = await tabs()
    for (const tab of all.slice(0, -1)) await runTab(tab)
    expect(all.at(-1)?.query).toMatch(/^(#.*\n)+$/)
  })

  test('whatever names are stored: none ends the script of the page', async () => {
    const timeseries = [
      { name: 'any', match: '**', type: 'count', intervals: { minute: { step: 60, steps: 10 } } },
    ]
    app = await startTestApp({ monitor: false, timeseries })
    const name = '</script><script>alert("\\1\u2028")</script>'
    const insert = 'mutation ($name: String!) { insert(name: $name) { inserted } }'
    expect((await app.query(insert, { name })).errors).toBeUndefined()
    expect(await page()).not.toContain('<script>alert')
    const [explore, lastSteps] = await tabs()
    expect((await runTab(lastSteps ?? { query: '' })).count.buckets.at(-1).count).toBe(1)
    expect((await runTab(explore ?? { query: '' })).info.latest.count).toBe(1)
  })

  test('while Redis is away', async () => {
    app = await startTestApp({ monitor: false })
    app.redis.on('error', () => {})
    await app.server.kill()
    const all = await tabs()
    expect(all).toHaveLength(5)
    for (const { query } of all) expect(parse(query).definitions).toHaveLength(1)
  })

  test('on none of the series, where they are not to be told', async () => {
    app = await startTestApp()
    const [explore, inspect, ...others] = exampleOperations(noSubjects)
    expect(others).toEqual([])
    expect((await app.query(explore?.query ?? '')).errors).toBeUndefined()
    const variables = { ...JSON.parse(inspect?.variables ?? ''), name: 'monitor.machine.cpu' }
    const { data, errors } = await app.query(inspect?.query ?? '', variables)
    expect(errors).toBeUndefined()
    expect(data.series.timestamps.length).toBeGreaterThan(50)
  })
})
