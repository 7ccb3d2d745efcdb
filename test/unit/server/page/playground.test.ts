import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, get, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { brotliCompressSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { playground } from '../../../../src/server/page/playground.ts'

const PAGE = '<!doctype html><script src="assets/index-a1b2.js"></script>'
const SCRIPT = 'export const ten = 10'

/** As it comes, where `fetch` would decompress it. */
async function request(address: string, headers: Record<string, string>) {
  const [response]: IncomingMessage[] = await once(get(address, { headers }), 'response')
  if (!response) throw new Error('no response')
  return { statusCode: response.statusCode, headers: response.headers, body: await buffer(response) }
}

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

test('who takes brotli gets what the build compressed, and nobody gets it by its own name', async () => {
  const SMALL = brotliCompressSync(SCRIPT)
  await writeFile(join(folder, 'assets', 'index-a1b2.js.br'), SMALL)
  server.removeAllListeners('request').on('request', playground(new Map(), [folder]))
  const ask = async (path: string, encoding: string) => {
    const { headers, body, statusCode } = await request(url + path, { 'accept-encoding': encoding })
    return [statusCode, headers['content-encoding'], headers['content-length'], body] as const
  }
  const script = '/assets/index-a1b2.js'
  const plain = [200, undefined, String(SCRIPT.length), Buffer.from(SCRIPT)]
  for (const encoding of ['br', 'gzip, deflate, br, zstd'])
    expect(await ask(script, encoding)).toEqual([200, 'br', String(SMALL.length), SMALL])
  for (const encoding of ['', 'gzip', 'br;q=0', 'brr']) expect(await ask(script, encoding)).toEqual(plain)
  expect(await ask('/', 'br')).toEqual([200, undefined, String(PAGE.length), Buffer.from(PAGE)])
  expect((await ask(`${script}.br`, 'br'))[0]).toBe(404)
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
