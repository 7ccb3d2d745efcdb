import { afterEach, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
afterEach(() => app.stop())

const read = async (rest: string, fields: string) =>
  (await app.query(`{ series(${rest}) { buckets { ${fields} } } }`)).data.series.buckets

test('the server records itself whatever it allows others to send', async () => {
  app = await startTestApp({ limits: { maxInserts: 1, maxValueLength: 1, maxBuckets: 1 } })
  await app.query('query WithALongName { __typename }')
  const seen = async (name: string, field: string) =>
    (await read(`name: "monitor.${name}", interval: "hour", steps: 1`, field))[0][field]
  await expect.poll(() => seen('machine.memory', 'value'), { timeout: 10_000 }).toBeGreaterThan(0)
  await expect
    .poll(() => seen('graphql.operations', 'members'), { timeout: 10_000 })
    .toContain('WithALongName')
})

test('what could not be measured in time is left out, and nothing queues while Redis hangs', async () => {
  app = await startTestApp()
  const series = 'name: "monitor.process.event-loop-delay", interval: "second", steps: 30'
  const total = async () =>
    (await read(series, 'count')).reduce((sum: number, { count }: { count: number }) => sum + count, 0)
  await expect.poll(total, { timeout: 10_000 }).toBeGreaterThan(0)
  process.kill(app.server.pid, 'SIGSTOP')
  const hangs = Date.now()
  await expect.poll(() => Date.now() - hangs, { timeout: 10_000 }).toBeGreaterThan(4000)
  process.kill(app.server.pid, 'SIGCONT')
  const before = await total()
  await expect.poll(total).toBeGreaterThan(before)
  const counts = (await read(series, 'count')).map(({ count }: { count: number }) => count)
  expect(Math.max(...counts)).toBeLessThanOrEqual(2)
})

test('a Redis that hangs does not hold the server when it ends', async () => {
  app = await startTestApp()
  await expect
    .poll(
      async () => (await read('name: "monitor.machine.memory", interval: "hour", steps: 1', 'empty'))[0],
      {
        timeout: 10_000,
      },
    )
    .toEqual({ empty: false })
  process.kill(app.server.pid, 'SIGSTOP')
  const start = performance.now()
  await app.app.close()
  process.kill(app.server.pid, 'SIGCONT')
  expect(performance.now() - start).toBeLessThan(5000)
})
