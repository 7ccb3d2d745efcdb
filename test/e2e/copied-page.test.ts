import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { launchBrowser } from './browser.ts'

let app: TestApp
let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
  app = await startTestApp()
})
afterAll(async () => {
  await browser?.close()
  await app?.stop()
})

let page: Page
let folder: Server
beforeEach(async () => {
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] })
  page = await context.newPage()
})
afterEach(async () => {
  await page.context().close()
  folder.close()
})

/** What is copied from the tab of a chart's code, alone on another port of this machine. */
async function serveCopied(tab: string): Promise<string> {
  const chart = page.getByRole('article').first()
  await chart.getByRole('button', { name: 'Code' }).click()
  await chart.getByRole('tab', { name: tab }).click()
  await chart.getByRole('button', { name: 'Copy' }).click()
  await chart.getByRole('button', { name: 'Copied' }).waitFor()
  const text = await page.evaluate<string>('navigator.clipboard.readText()')
  expect(text.trim().split('\n').length).toBeLessThanOrEqual(30)
  folder = createServer((_, response) => response.setHeader('content-type', 'text/html').end(text))
  folder.listen(0, 'localhost')
  await once(folder, 'listening')
  return `http://localhost:${(folder.address() as AddressInfo).port}/`
}

const shown = (id: string) => page.locator(`#${id}`).textContent()
const line = () => page.locator('#line').getAttribute('d')

test('a copied page shows the same series, live, from an empty folder', async () => {
  await page.goto(`${app.app.url}/?series=monitor.machine.cpu&interval=second`)
  await page.goto(await serveCopied('Page'))
  await expect.poll(() => shown('state'), { timeout: 20_000 }).toBe('live')
  await expect.poll(() => shown('value'), { timeout: 20_000 }).toMatch(/^[\d.]+ %$/)
  const before = await line()
  expect(before).toMatch(/^M[\d.]+,[\d.]+/)
  await expect.poll(line, { timeout: 20_000 }).not.toBe(before)
})

test('of a chart of the past it shows that', async () => {
  const minute = (ago: number) => new Date(Math.floor(Date.now() / 60_000 - ago) * 60_000).toISOString()
  await page.goto(`${app.app.url}/?series=monitor.machine.cpu&from=${minute(5)}&to=${minute(-1)}`)
  await page.goto(await serveCopied('Page'))
  await expect.poll(() => shown('state'), { timeout: 20_000 }).toBe('read')
  await expect.poll(() => shown('value'), { timeout: 20_000 }).toMatch(/^[\d.]+ %$/)
})
