import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type App, start } from '../../src/app.ts'
import { type Config, loadConfig } from '../../src/config/index.ts'
import { createLog } from '../../src/log.ts'
import { type RedisServer, startRedisServer } from '../support/redis-server.ts'
import { launchBrowser } from './browser.ts'
import { startNetwork } from './network.ts'

let browser: Browser
let redis: RedisServer
let folder: string
let config: Config
let app: App
const log = createLog('silent')

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kairos-e2e-'))
  redis = await startRedisServer()
  browser = await launchBrowser()
  config = await loadConfig({ argv: ['--redis', redis.url, '--port', '0'], env: {}, cwd: folder })
  app = await start(config, log)
})

afterAll(async () => {
  await browser?.close()
  await app?.close()
  await redis?.stop()
  await rm(folder, { recursive: true, force: true })
})

let page: Page
/** What the page complained of, a violated content policy among it, and what it asked of others than its server. */
let complaints: string[]

beforeEach(async () => {
  page = await openPage()
})

afterEach(async () => {
  await page.context().close()
})

async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
  complaints = []
  const opened = await (
    await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  ).newPage()
  opened.on('pageerror', (error) => complaints.push(error.message))
  opened.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  opened.on('request', (request) => {
    if (new URL(request.url()).hostname !== 'localhost') complaints.push(`asked ${request.url()}`)
  })
  return opened
}

const state = () => page.getByRole('status').textContent()
const becomes = (expected: string | RegExp, timeout = 15_000) =>
  expect.poll(state, { timeout }).toMatch(expected instanceof RegExp ? expected : new RegExp(`^${expected}$`))
const currentValue = () => page.locator('.headline').textContent()
const moves = async () => {
  const before = await currentValue()
  await expect.poll(currentValue, { timeout: 15_000 }).not.toBe(before)
}

test('the page opens with a live chart of its own machine, without a complaint or a request elsewhere', async () => {
  await page.goto(app.url)
  await becomes('Live')
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('monitor.machine.cpu')
  await expect.poll(currentValue).toMatch(/^\d.* %value at \d\d:\d\d:\d\d$/)
  await moves()
  await expect.poll(() => drawnPixels()).toBeGreaterThan(100)
  expect(complaints).toEqual([])
})

/** Pixels of the chart in the colour of its first line. */
async function drawnPixels(): Promise<unknown> {
  return await page.evaluate(`(() => {
    const canvas = document.querySelector('.chart canvas')
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    let drawn = 0
    for (let i = 0; i < data.length; i += 4) if (data[i + 2] - data[i] > 90) drawn += 1
    return drawn
  })()`)
}

test('every series of the monitor can be chosen and shows its numbers', async () => {
  await page.goto(app.url)
  await becomes('Live')
  const links = page.getByRole('navigation', { name: 'Series' }).getByRole('link')
  const names = await links.locator('.series-name').allTextContents()
  expect(names).toContain('monitor.graphql.latency')
  for (const name of names) {
    await links.filter({ hasText: name }).click()
    await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent()).toBe(name)
    await becomes('Live')
    await page.getByText('Show as a table').click()
    await expect.poll(() => page.locator('tbody tr').count(), { message: name }).toBeGreaterThan(0)
  }
  expect(complaints).toEqual([])
})

test('a set shows its values', async () => {
  await page.goto(`${app.url}/?series=monitor.graphql.operations`)
  await expect.poll(() => page.getByRole('list', { name: /^Values/ }).textContent()).toContain('Definitions')
})

test('the address holds the view, and back returns to the one before', async () => {
  await page.goto(`${app.url}/?series=monitor.process.memory&interval=minute`)
  await becomes('Live')
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('monitor.process.memory')
  expect(await page.getByRole('radio', { name: 'minute' }).isChecked()).toBe(true)
  await page.getByRole('link', { name: /monitor.machine.memory/ }).click()
  await expect.poll(() => page.url()).toBe(`${app.url}/?series=monitor.machine.memory&interval=minute`)
  await page.goBack()
  await expect
    .poll(() => page.getByRole('heading', { level: 1 }).textContent())
    .toBe('monitor.process.memory')
})

test('the interval is chosen and the values are read by keyboard alone', async () => {
  await page.goto(app.url)
  await becomes('Live')
  await page.getByRole('radio', { name: 'second' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => page.url()).toContain('interval=minute')
  await becomes('Live')
  await page.keyboard.press('ArrowLeft')
  await expect.poll(() => page.url()).toContain('interval=second')
  const chart = page.getByRole('slider')
  await expect.poll(() => chart.getAttribute('aria-valuetext')).toMatch(/value \d/)
  await chart.focus()
  await page.keyboard.press('Home')
  const first = await chart.getAttribute('aria-valuemin')
  await expect
    .poll(() => chart.getAttribute('aria-valuenow').then((now) => Number(now) - Number(first)))
    .toBeLessThan(5)
})

test('the operation below the chart is the one that runs, and GraphiQL opens with it', async () => {
  await page.goto(app.url)
  await becomes('Live')
  const operation = await page.locator('.operation code').textContent()
  expect(operation).toContain('subscription LiveGauge($name: String! = "monitor.machine.cpu"')
  await page.getByRole('button', { name: 'Copy' }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  await page.getByRole('link', { name: 'Open in GraphiQL' }).click()
  await expect.poll(() => page.locator('.graphiql-query-editor').textContent()).toContain('LiveGauge')
})

test('a server that restarts is said to be away since when, and the chart goes on by itself', async () => {
  const { port } = new URL(app.url)
  await page.goto(app.url)
  await becomes('Live')
  await app.close()
  await becomes(/^Reconnecting since \d\d:\d\d:\d\d$/)
  expect(await page.locator('.notice').textContent()).toMatch(/^Not live since \d\d:\d\d:\d\d/)
  app = await start({ ...config, port: Number(port) }, log)
  await becomes('Live')
  await moves()
})

test('a network that falls silent is noticed, and what was missed is there when it returns', async () => {
  const network = await startNetwork(app.url)
  try {
    await page.goto(network.url)
    await becomes('Live')
    network.silence()
    await becomes(/^Reconnecting since/)
    network.restore()
    await becomes('Live')
    await moves()
  } finally {
    await network.close()
  }
})

test('the page fits a phone', async () => {
  await page.context().close()
  page = await openPage({ viewport: { width: 375, height: 800 }, hasTouch: true })
  await page.goto(app.url)
  await becomes('Live')
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375)
})
