import { afterAll, beforeAll, expect, test } from 'vitest'
import { Playground } from './playground.ts'

let playground: Playground
beforeAll(async () => {
  playground = await Playground.start()
})
afterAll(() => playground?.stop())

/** Bytes that the first view of the dashboard may take, compressed. */
const MOST = 150_000

/** Sets the colours before anything is painted: small, and asked for anew like the page itself. */
const UNHASHED = ['/', '/theme.js']

test('the first view is light, comes from this server alone, and is asked for once', async () => {
  const visit = await playground.open()
  const { page } = visit
  const sizes: number[] = []
  const answers: Record<string, string | undefined> = {}
  page.on('requestfinished', async (request) => {
    const response = await request.response()
    const { responseBodySize } = await request.sizes()
    sizes.push(responseBodySize)
    answers[new URL(request.url()).pathname] = response?.headers()['cache-control']
  })
  await page.goto(playground.url, { waitUntil: 'networkidle' })
  await visit.becomes('Live')
  await expect.poll(() => page.getByRole('article').count()).toBeGreaterThan(3)

  const total = sizes.reduce((sum, size) => sum + size, 0)
  expect(total).toBeGreaterThan(10_000)
  expect(total).toBeLessThan(MOST)
  const assets = Object.keys(answers).filter((path) => !UNHASHED.includes(path))
  expect(assets.length).toBeGreaterThan(1)
  for (const path of assets) {
    expect(path).toMatch(/^\/assets\/[\w-]+-[\w-]{8}\.\w+$/)
    expect(answers[path]).toBe('public, max-age=31536000, immutable')
  }
  expect(visit.complaints).toEqual([])
  await visit.close()
})

test('nothing on the page is inline, and nothing inline would run', async () => {
  const visit = await playground.open()
  const answer = await visit.page.goto(playground.url)
  expect(answer?.headers()['content-security-policy']).toContain("default-src 'self'")
  expect(answer?.headers()['content-security-policy']).not.toContain('unsafe')
  const html = await answer?.text()
  expect(html).not.toMatch(/<style|style=|<script(?![^>]*src=)|javascript:/)
  await visit.close()
})
