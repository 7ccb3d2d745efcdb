import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { playground } from '../../../../src/server/page/playground.ts'

const PAGE = '<!doctype html><script src="assets/index-a1b2.js"></script>'
const SCRIPT = 'export const ten = 10'

let folder: string
let server: Server
let url: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kairos-page-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), PAGE)
  await writeFile(join(folder, 'assets', 'index-a1b2.js'), SCRIPT)
  server = createServer(playground(new Map(), [join(folder, 'not-there'), folder])).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterEach(async () => {
  server.close()
  await rm(folder, { recursive: true, force: true })
})

test('a part of a file is not served, and asking for one harms nobody', async () => {
  for (const range of ['bytes=5-2', 'bytes=0-3', 'bytes=-1', 'bytes=99999-']) {
    const response = await fetch(`${url}/`, { headers: { range } })
    expect([response.status, await response.text()]).toEqual([200, PAGE])
  }
})

test('the page stays what it was when its files are replaced or vanish', async () => {
  await rm(folder, { recursive: true })
  expect(await (await fetch(`${url}/`)).text()).toBe(PAGE)
  expect(await (await fetch(`${url}/assets/index-a1b2.js`)).text()).toBe(SCRIPT)
})

test('the page is asked for anew each time, its assets never', async () => {
  const page = await fetch(`${url}/`)
  const script = await fetch(`${url}/assets/index-a1b2.js`)
  expect(page.headers.get('cache-control')).toBe('no-cache')
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
})

test('who holds the page already is not sent it again', async () => {
  const etag = (await fetch(`${url}/`)).headers.get('etag') ?? ''
  for (const held of [etag, etag.replace('W/', ''), `"other", ${etag}`]) {
    const again = await fetch(`${url}/`, { headers: { 'if-none-match': held, 'cache-control': 'no-cache' } })
    expect([again.status, await again.text()]).toEqual([304, ''])
  }
  const changed = await fetch(`${url}/`, { headers: { 'if-none-match': '"other"' } })
  expect(changed.status).toBe(200)
})

test('HEAD is told what GET would be, without the file', async () => {
  const head = await fetch(`${url}/`, { method: 'HEAD' })
  expect([head.status, await head.text()]).toEqual([200, ''])
  expect(head.headers.get('content-length')).toBe(String(PAGE.length))
})

test('what is not in the folder is not there, however it is asked for', async () => {
  for (const path of ['/nothing', '/assets', '/assets/', '/..%2f..%2fetc/passwd', '/%2e%2e/package.json'])
    expect((await fetch(url + path)).status).toBe(404)
})
