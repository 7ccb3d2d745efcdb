import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { launchBrowser } from './browser.ts'
import { type Network, startNetwork } from './network.ts'

let app: TestApp
let network: Network
let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
  app = await startTestApp({ monitor: false })
  network = await startNetwork(app.app.url)
})
afterAll(async () => {
  await browser?.close()
  await network?.close()
  await app?.stop()
})

let page: Page
beforeEach(async () => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  page = await context.newPage()
  await page.goto(network.url)
  await page.getByRole('banner').getByRole('button', { name: 'Insert' }).click()
})
afterEach(() => page.context().close())

const panel = () => page.getByRole('complementary', { name: 'Insert' })
const told = () => panel().getByRole('status')
const says = async (expected: string | RegExp) =>
  await expect.poll(() => told().textContent(), { timeout: 20_000 }).toMatch(expected)
const insert = async () => await panel().getByRole('button', { name: 'Insert', exact: true }).click()
const paste = async (text: string) => {
  await panel().getByRole('tab', { name: 'Many' }).click()
  await panel()
    .getByLabel('Values')
    .evaluate((box, text) => {
      const data = new DataTransfer()
      data.setData('text/plain', text)
      if (
        !box.dispatchEvent(
          new ClipboardEvent('paste', { clipboardData: data, cancelable: true, bubbles: true }),
        )
      )
        return
      const area = box as HTMLTextAreaElement
      area.value = text
      area.dispatchEvent(new Event('input', { bubbles: true }))
    }, text)
}
/** What is stored of a series, over all its minutes. */
const stored = async (name: string, field = 'count') => {
  const query = `query ($name: String!) { series(name: $name, interval: "hour", steps: 48, collapsed: true) { buckets { ${field} } } }`
  const { data } = await app.query(query, { name })
  return data.series.buckets[0][field]
}

test('ten values by hand are a name, and ten times a number and Enter', async () => {
  await panel().getByLabel('Name').fill('latency.by-hand')
  await expect
    .poll(() => panel().textContent())
    .toContain('latency: histogram of numbers in ms, rounded to 5')
  await panel().getByLabel('Value', { exact: true }).focus()
  for (let value = 1; value <= 10; value += 1) {
    await page.keyboard.type(String(5 * value))
    await page.keyboard.press('Enter')
    await expect.poll(() => stored('latency.by-hand')).toBe(value)
  }
  await says(/^1 value inserted$/)
  expect(await stored('latency.by-hand', 'max')).toBe(50)
  await page.getByRole('article', { name: 'latency.by-hand', exact: true }).waitFor()
})

test('values that are typed before the answer to the one before has come are all inserted, in order', async () => {
  await panel().getByLabel('Name').fill('latency.in-haste')
  await expect.poll(() => panel().textContent()).toContain('latency: histogram')
  await panel().getByLabel('Value', { exact: true }).focus()
  for (let value = 1; value <= 10; value += 1) {
    await page.keyboard.type(String(5 * value))
    await page.keyboard.press('Enter')
  }
  await expect.poll(() => stored('latency.in-haste'), { timeout: 10_000 }).toBe(10)
  expect(await stored('latency.in-haste', 'max')).toBe(50)
  expect(await stored('latency.in-haste', 'sum')).toBe(275)
  await says(/^1 value inserted$/)
})

test('what waits behind a value that came to nothing is not sent, and why stays to be read', async () => {
  await panel().getByLabel('Name').fill('latency.behind')
  await expect.poll(() => panel().textContent()).toContain('latency: histogram')
  await panel().getByLabel('Value', { exact: true }).focus()
  network.silence()
  for (const value of ['5', '10']) {
    await page.keyboard.type(value)
    await page.keyboard.press('Enter')
  }
  network.restore()
  await says(/^STORE_UNAVAILABLE/)
  expect(await stored('latency.behind')).toBe(0)
  await page.keyboard.press('Enter')
  await says(/^1 value inserted$/)
  expect(await stored('latency.behind', 'max')).toBe(10)
  expect(await stored('latency.behind')).toBe(1)
})

test('what cannot be inserted is said with its code, and nothing is sent', async () => {
  await panel().getByLabel('Name').fill('sensor.a')
  await panel().getByLabel('Value', { exact: true }).fill('NaN')
  await page.keyboard.press('Enter')
  await says(/^BAD_USER_INPUT "NaN" is not a finite number$/)
  await panel().getByLabel('Value', { exact: true }).fill('1')
  await panel().getByLabel('Time').fill('2001-01-01T00:00:00')
  await page.keyboard.press('Enter')
  await says(/^1 expired: too old for every interval$/)
  await panel().getByLabel('Name').fill('a:b')
  await expect.poll(() => panel().textContent()).toContain('a name must not contain ":"')
})

test('a paste is told before it is sent: what it is, and each line that is wrong', async () => {
  await paste('name,value\nhits.a,2\nsensor.a,x\na:b,1')
  await expect.poll(() => panel().textContent()).toContain('1 value of hits.a, now (CSV)')
  expect(await panel().getByRole('listitem').allTextContents()).toEqual([
    'Line 3 "x" is not a finite number',
    'Line 4 a name must not contain ":": "a:b"',
  ])
  await paste('hits.pasted\t2\r\nhits.pasted\t3\r\n')
  await expect.poll(() => panel().textContent()).toContain('2 values of hits.pasted, now (separated by tabs)')
  await insert()
  await says(/^2 values inserted$/)
  expect(await stored('hits.pasted')).toBe(5)
})

test('four million characters are read, told and sent in batches, while the page answers', async () => {
  const lines = Array.from(
    { length: 110_000 },
    (_, i) => `hits.large 1 ${Math.floor(Date.now() / 1000) - (i % 3600)}.${i}`,
  )
  await paste(lines.join('\n'))
  await expect
    .poll(() => panel().textContent(), { timeout: 30_000 })
    .toContain('110,000 values of hits.large')
  await insert()
  await says(/^110,000 values inserted$/)
  expect(await stored('hits.large')).toBe(110_000)
})

test('what had no answer when the network went is sent again, and is there once', async () => {
  await panel().getByLabel('Name').fill('hits.lost')
  await page.keyboard.press('Enter')
  await says(/^1 value inserted$/)
  network.loseAnswers()
  await page.keyboard.press('Enter')
  await expect.poll(() => stored('hits.lost')).toBe(2)
  network.restore()
  await says(/^STORE_UNAVAILABLE .* Send it again: nothing is written twice\.$/)
  await page.keyboard.press('Enter')
  await says(/^1 value inserted before, and not twice$/)
  expect(await stored('hits.lost')).toBe(2)
})
