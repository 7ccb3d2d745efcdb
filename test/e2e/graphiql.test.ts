import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { token } from '../support/tokens.ts'
import { launchBrowser } from './browser.ts'

const timeseries = [
  {
    name: 'all',
    match: 'a.**',
    type: 'gauge',
    values: 'float',
    intervals: { minute: { step: 60, steps: 5 } },
  },
]

let app: TestApp
let guarded: TestApp
let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
  app = await startTestApp({ monitor: false, timeseries })
  guarded = await startTestApp({
    monitor: false,
    timeseries,
    auth: { tokens: [token('reader', 'read:a.**')] },
  })
})
afterAll(async () => {
  await browser?.close()
  await app?.stop()
  await guarded?.stop()
})

let page: Page
beforeEach(async () => {
  page = await (await browser.newContext({ viewport: { width: 1400, height: 900 } })).newPage()
})
afterEach(() => page.context().close())

const open = async (of: TestApp, query: Record<string, string> = {}) => {
  await page.goto(`${of.app.url}/graphql?${new URLSearchParams(query)}`)
  await page.locator('.graphiql-query-editor .view-lines').waitFor()
}
const titles = async () => await page.getByRole('tab').allInnerTexts()
const shown = async () => (await page.getByRole('tab', { selected: true }).allInnerTexts()).join()
/** What an editor, or the answer, says. */
const text = async (editor: 'query-editor' | 'editor-tool' | 'response') =>
  (await page.locator(`.graphiql-${editor} .view-lines`).first().textContent())?.replaceAll('\u00a0', ' ')
const run = async () => await page.getByRole('button', { name: /^Execute query/ }).click()

const live = `subscription Movement {
  series(name: "a.b", interval: "minute") { changed { buckets { value } } }
}`

test('an operation that is opened has a tab of its own, with its name and variables, beside the examples', async () => {
  await open(app, { query: 'query Mine($n: Int) { definitions { name } }', variables: '{ "n": 1 }' })
  expect(await shown()).toBe('Mine')
  expect(await titles()).toEqual(['Mine', 'Explore', 'LastSteps', 'Chart', 'Live', 'Insert'])
  expect(await text('query-editor')).toContain('query Mine')
  expect(await text('editor-tool')).toBe('{ "n": 1 }')
  expect(page.url()).not.toContain('variables')
})

test('another one leaves the tabs that are there, and is opened once', async () => {
  await open(app)
  expect(await shown()).toBe('Explore')
  await expect.poll(kept).toHaveLength(5)
  for (let visit = 0; visit < 2; visit += 1) {
    await open(app, { query: live })
    expect(await shown()).toBe('Movement')
    expect(await titles()).toHaveLength(6)
    await expect.poll(kept).toHaveLength(6)
  }
  await open(app)
  expect(await shown()).toBe('Movement')
  expect(await titles()).toHaveLength(6)
})

const kept = async () =>
  await page.evaluate<unknown[]>(`JSON.parse(localStorage.getItem('graphiql:tabState'))?.tabs ?? []`)

test('what cannot be read of earlier visits is no obstacle', async () => {
  await page.goto(`${app.app.url}/health/live`)
  await page.evaluate(`localStorage.setItem('graphiql:tabState', '{"tabs"')`)
  await open(app, { query: live })
  expect(await shown()).toBe('Movement')
})

test('a subscription shows what changes, over WebSocket', async () => {
  const sockets: string[] = []
  page.on('websocket', (socket) => sockets.push(socket.url()))
  await open(app, { query: live })
  await run()
  await expect.poll(() => text('response')).toContain('null')
  expect(sockets).toEqual([`${app.app.url.replace('http', 'ws')}/graphql`])
  await app.query('mutation { insert(name: "a.b", value: 21.5) { inserted } }')
  await expect.poll(() => text('response')).toContain('21.5')
})

test('a token in the headers goes with a subscription, too', async () => {
  await open(guarded, { query: live })
  await page.getByRole('button', { name: 'Headers' }).click()
  await page.locator('.graphiql-editor-tool .graphiql-editor:not(.hidden) .view-lines').click()
  await page.keyboard.insertText('{ "Authorization": "Bearer reader" }')
  await run()
  await expect.poll(() => text('response')).toContain('"buckets"')
})

test('a server that wants a token says where it goes', async () => {
  await open(guarded)
  expect(await text('query-editor')).toContain('Put it into "Headers" below')
})
