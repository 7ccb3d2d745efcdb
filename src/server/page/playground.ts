import type { IncomingMessage, RequestListener } from 'node:http'
import { fileURLToPath } from 'node:url'
import { pathOf } from '../path-of.ts'
import { CLIENT_MODULE, readClientModule } from './client-module.ts'
import { type PageFile, readPage } from './page-files.ts'

/** The page's files as `vite build` left them; from `src`, as in tests, those of the last build. */
const FOLDERS = ['../../web-playground/', '../../../dist/web-playground/'].map((folder) =>
  fileURLToPath(new URL(folder, import.meta.url)),
)

/** Nothing from elsewhere, nothing inline. */
const POLICY = [
  "default-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * The page at `/` and its assets, and those of `others`, which are named by their hash and may be kept for ever; and the client for pages
 * elsewhere. Anything else is 404.
 */
export function playground(
  others: ReadonlyMap<string, PageFile> = new Map(),
  folders: readonly string[] = FOLDERS,
): RequestListener {
  const files = new Map([...others, ...readPage(folders), ...readClientModule()])
  return (request, response) => {
    const path = pathOf(request)
    const file = files.get(path === '/' ? '/index.html' : path)
    if (!file) {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is nothing here\n')
      return
    }
    response.setHeader('content-security-policy', POLICY)
    response.setHeader('x-content-type-options', 'nosniff')
    response.setHeader('referrer-policy', 'no-referrer')
    response.setHeader('cache-control', cacheControl(path))
    response.setHeader('etag', etagOf(file))
    if (path === CLIENT_MODULE) response.setHeader('access-control-allow-origin', '*')
    if (isHeld(file, request.headers['if-none-match'])) {
      response.writeHead(304).end()
      return
    }
    const brotli = takesBrotli(request) ? file.brotli : undefined
    if (brotli) response.setHeader('content-encoding', 'br')
    const bytes = brotli ?? file.bytes
    response.writeHead(200, { 'content-type': file.type, 'content-length': bytes.length }).end(bytes)
  }
}

/** Whether it is asked for as by browsers, without a weight; what else may be asked for is weighed by `compressed`. */
function takesBrotli({ headers }: IncomingMessage): boolean {
  return String(headers['accept-encoding'] ?? '')
    .split(',')
    .some((each) => each.trim() === 'br')
}

function cacheControl(path: string): string {
  return path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
}

/** Weak: what is sent may be compressed. */
function etagOf({ hash }: PageFile): string {
  return `W/"${hash}"`
}

function isHeld(file: PageFile, held = ''): boolean {
  return held.split(',').some((each) => `W/${each.trim().replace(/^W\//, '')}` === etagOf(file))
}
