// How smooth the page is with twenty charts of a day's minutes, each of which changes ten times a second: the frames that Chromium
// makes, against those of the same page with no chart on it, while the same is written.
import { setTimeout as wait } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../test/e2e/browser.ts'
import { startServerProcess } from '../test/support/server-process.ts'
import { atPace } from './support/pace.ts'
import { quantile } from './support/quantile.ts'
import { withRedis } from './support/with-redis.ts'

const CHARTS = 20
const POINTS = 1440
const UPDATES_A_SECOND = 10
const ROUNDS = 3
const SECONDS = 10
/** Until the page has come to rest. */
const WARMING = 3
/** A frame that comes later than this, in milliseconds, was missed at 60 a second. */
const LATE = 20
/** Values of one request. */
const BATCH = 5000

// As many of each as the built-in demo has rules that keep a day of minutes.
const kinds = ['sensor', 'latency', 'hits']
const names = Array.from({ length: CHARTS }, (_, i) => `${kinds[i % kinds.length]}.chart-${i}`)
const view = names.map((name) => `series=${name}&interval=minute&steps=${POINTS}`).join('&')

const situations = {
  'no chart': '?series=',
  [`${CHARTS} charts`]: `?${view}`,
}

interface Insert {
  readonly name: string
  readonly value: number
  readonly timestamp?: number
}

const valueAt = (seconds: number) => Math.round(60 + 40 * Math.sin(seconds / 9000) + 20 * Math.random())

function history(): Insert[] {
  const now = Date.now() / 1000
  return names.flatMap((name) =>
    Array.from({ length: POINTS }, (_, i) => now - i * 60).flatMap((timestamp) =>
      Array.from({ length: name.startsWith('latency') ? 5 : 1 }, () => ({
        name,
        value: valueAt(timestamp),
        timestamp,
      })),
    ),
  )
}

/** Milliseconds between the frames that a page makes in so many seconds. */
async function framesOf(page: Page, seconds: number): Promise<number[]> {
  return await page.evaluate(
    (length) =>
      new Promise<number[]>((resolve) => {
        const gaps: number[] = []
        let [start, before] = [0, 0]
        requestAnimationFrame(function frame(time) {
          if (before > 0) gaps.push(time - before)
          start ||= time
          before = time
          if (time - start < length) requestAnimationFrame(frame)
          else resolve(gaps)
        })
      }),
    seconds * 1000,
  )
}

async function measure(browser: Browser, address: string, write: (seconds: number) => Promise<void>) {
  // So high that every chart is on the screen.
  const page = await browser.newPage({ viewport: { width: 1920, height: 2400 } })
  try {
    await page.goto(address)
    await page.getByText('Live', { exact: true }).first().waitFor()
    if (!address.endsWith('='))
      await page
        .locator('canvas')
        .nth(CHARTS - 1)
        .waitFor()
    const written = write(WARMING + SECONDS + 1)
    await wait(WARMING * 1000)
    const frames = await framesOf(page, SECONDS)
    await written
    return frames
  } finally {
    await page.close()
  }
}

await withRedis(async (_, redisUrl) => {
  const server = await startServerProcess(['--redis', redisUrl, '--port', '0', '--log-level', 'error'])
  const url = await server.says(/ready at (\S+)/)
  const browser = await launchBrowser()
  const insert = async (inserts: readonly Insert[]) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: 'mutation ($inserts: [InsertInput!]!) { insertMany(inserts: $inserts) { inserted } }',
        variables: { inserts },
      }),
    })
    const { errors } = await response.json()
    if (errors) throw new Error(errors[0].message)
  }
  const write = (seconds: number) =>
    atPace(UPDATES_A_SECOND, seconds, () =>
      insert(names.map((name) => ({ name, value: valueAt(Date.now() / 1000) }))),
    )
  try {
    const past = history()
    for (let from = 0; from < past.length; from += BATCH) await insert(past.slice(from, from + BATCH))
    const frames = new Map<string, number[]>()
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [title, query] of Object.entries(situations)) {
        const measured = await measure(browser, new URL(query, url).href, write)
        frames.set(title, [...(frames.get(title) ?? []), ...measured])
      }
    }
    console.log(
      `\nFrames of the page, ${POINTS} points and ${UPDATES_A_SECOND} updates a second each, ${ROUNDS} rounds of ${SECONDS} s`,
    )
    const rate = (gaps: readonly number[]) => (1000 * gaps.length) / gaps.reduce((sum, gap) => sum + gap, 0)
    const [baseline = []] = frames.values()
    for (const [title, gaps] of frames) {
      const late = gaps.filter((gap) => gap > LATE).length / gaps.length
      console.log(
        `  ${title.padEnd(12)} ${rate(gaps).toFixed(1)} a second  ${(100 * late).toFixed(1)} % later than ${LATE} ms  99th percentile ${quantile(gaps, 0.99).toFixed(1)} ms  ×${(rate(gaps) / rate(baseline)).toFixed(2)}`,
      )
    }
  } finally {
    await browser.close()
    server.kill('SIGTERM')
    await server.ended
  }
})
