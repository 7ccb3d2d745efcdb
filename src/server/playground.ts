import { existsSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { fileURLToPath } from 'node:url'
import sirv from 'sirv'

/** The page's files as `vite build` left them; from `src`, as in tests, those of the last build. */
const FOLDER = ['../web-playground/', '../../dist/web-playground/']
  .map((folder) => fileURLToPath(new URL(folder, import.meta.url)))
  .find((folder) => existsSync(`${folder}assets`))

/** Nothing from elsewhere, nothing inline. */
const POLICY = [
  "default-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The page at `/` and its assets, which are named by their hash and may be kept for ever. Anything else is 404. */
export function playground(): RequestListener {
  const notFound: RequestListener = (_request, response) => {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is nothing here\n')
  }
  if (!FOLDER) return notFound
  const serve = sirv(FOLDER, {
    etag: true,
    setHeaders(response, path) {
      response.setHeader('content-security-policy', POLICY)
      response.setHeader('x-content-type-options', 'nosniff')
      response.setHeader('referrer-policy', 'no-referrer')
      response.setHeader(
        'cache-control',
        path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      )
    },
  })
  return (request, response) => serve(request, response, () => notFound(request, response))
}
