import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, get, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { brotliDecompressSync, gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { blocksOf } from '../support/markdown.ts'
import { launchBrowser } from './browser.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

let app: TestApp
let browser: Browser
let folder: string
/** The folder, at another port of localhost. */
let pages: Server
beforeAll(async () => {
  app = await startTestApp()
  browser = await launchBrowser()
  folder = await mkdtemp(join(tmpdir(), 'kairos-client-'))
  pages = createServer(async ({ url }, response) => {
    const file = join(folder, new URL(url ?? '', 'http://localhost').pathname)
    const type = { '.html': 'text/html', '.js': 'text/javascript' }[extname(file)] ?? 'text/plain'
    const bytes = await readFile(file).catch(() => null)
    response.writeHead(bytes ? 200 : 404, { 'content-type': type }).end(bytes)
  })
  await new Promise<void>((resolve) => pages.listen(0, 'localhost', resolve))
})
afterAll(async () => {
  pages?.close()
  await browser?.close()
  await app?.stop()
  await rm(folder, { recursive: true, force: true })
})

/** What a page complained of. */
let complaints: string[] = []
let page: Page
afterEach(async () => {
  await page?.context().close()
})

async function open(url: string): Promise<void> {
  complaints = []
  page = await (await browser.newContext()).newPage()
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // Of no interest is that there is no favicon.
    if (message.type() === 'error' && !message.text().includes('404')) complaints.push(message.text())
  })
  await page.goto(url)
}

const served = (file: string) => `http://localhost:${(pages.address() as AddressInfo).port}/${file}`

/** The only example in a language, asking the server of this test. */
function example(language: string): string {
  const [text, ...others] = blocksOf('docs/client.md', language)
  expect([typeof text, others]).toEqual(['string', []])
  expect(text).toContain('http://localhost:4000')
  return String(text).replaceAll('http://localhost:4000', app.app.url)
}

test('the plain page of the documents draws a line that moves, at whatever port of localhost it is served', async () => {
  const html = example('html')
  expect(html.trimEnd().split('\n').length).toBeLessThanOrEqual(30)
  await writeFile(join(folder, 'plain.html'), html)
  await open(served('plain.html'))
  const points = () => page.locator('polyline').getAttribute('points')
  await expect.poll(points, { timeout: 20_000 }).toMatch(/^\d+,[\d.]+ \d+,[\d.]+/)
  const before = await points()
  await expect.poll(points, { timeout: 20_000 }).not.toBe(before)
  expect(await page.locator('output').textContent()).toMatch(/^at most \d/)
  expect(complaints).toEqual([])
})

test('the React example of the documents shows numbers, also where effects run twice', async () => {
  const project = join(folder, 'react')
  await mkdir(join(project, 'src'), { recursive: true })
  await mkdir(join(project, 'node_modules'))
  for (const name of ['react', 'react-dom'])
    await symlink(join(root, 'node_modules', name), join(project, 'node_modules', name))
  await symlink(root, join(project, 'node_modules', 'kairos'))
  await writeFile(join(project, 'src', 'App.jsx'), example('jsx'))
  await writeFile(
    join(project, 'src', 'main.jsx'),
    `import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import App from './App.jsx'

createRoot(document.getElementById('root')).render(<StrictMode><App /></StrictMode>)
`,
  )
  await writeFile(
    join(project, 'index.html'),
    '<!doctype html><div id="root"></div><script type="module" src="/src/main.jsx"></script>',
  )
  // As for development, since only then React mounts everything twice.
  await build({
    root: project,
    configFile: false,
    base: './',
    mode: 'development',
    define: { 'process.env.NODE_ENV': '"development"' },
    logLevel: 'error',
  })
  await open(served('react/dist/index.html'))
  const cells = page.locator('td')
  await expect.poll(() => cells.count(), { timeout: 20_000 }).toBe(10)
  await expect
    .poll(async () => (await cells.allTextContents()).at(-2), { timeout: 20_000 })
    .toMatch(/^[\d.]+$/)
  const first = await page.locator('th').first().textContent()
  await expect.poll(() => page.locator('th').first().textContent(), { timeout: 20_000 }).not.toBe(first)
  const metrics = await (await fetch(`${app.app.url}/metrics`)).text()
  expect(metrics).toMatch(/^kairos_watchers 1$/m)
  expect(complaints).toEqual([])
})

test('a page that is a file is told what to do', async () => {
  const file = join(folder, 'file.html')
  await writeFile(file, example('html'))
  await open(pathToFileURL(file).href)
  await expect
    .poll(() => page.locator('output').textContent(), { timeout: 20_000 })
    .toMatch(/serve the page from localhost/)
})

test('/client.js is one file of some 7 kB compressed, for every page, and asked for anew each time', async () => {
  const response = await fetch(`${app.app.url}/client.js`, { headers: { origin: 'null' } })
  expect(response.status).toBe(200)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'access-control-allow-origin': '*',
    'cache-control': 'no-cache',
    'content-type': 'text/javascript; charset=utf-8',
  })
  const text = await response.text()
  expect(gzipSync(text).length).toBeLessThan(8_500)
  const asBrowsers = { headers: { 'accept-encoding': 'gzip, deflate, br, zstd' } }
  const [compressed] = await once(get(`${app.app.url}/client.js`, asBrowsers), 'response')
  expect(compressed.headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' })
  const sent = await buffer(compressed)
  expect(sent.length).toBeLessThan(7_500)
  expect(brotliDecompressSync(sent).toString()).toBe(text)
  const etag = response.headers.get('etag') ?? ''
  const again = await fetch(`${app.app.url}/client.js`, { headers: { 'if-none-match': etag } })
  expect(again.status).toBe(304)
  expect(Object.keys(await import(`data:text/javascript,${encodeURIComponent(text)}`)).sort()).toEqual([
    'KairosError',
    'connect',
    'readOperation',
    'watchOperation',
    'watchSeries',
  ])
})
