import { expect, test } from 'vitest'
import { run } from './faults/run.ts'

/** `npm run faults` goes on for hours, and with other seeds; this is a minute of it. */
const SEED = 7
const MINUTES = 0.8

test(`whatever goes wrong, all who watch soon hold what a query gives, and nothing goes back in time (seed ${SEED})`, {
  timeout: 240_000,
}, async () => {
  const { rounds, counts } = await run({ world: 'layouts', seed: SEED, minutes: MINUTES })
  expect(rounds).toBeGreaterThan(1)
  expect(counts.get('first update: SNAPSHOT')).toBeGreaterThan(0)
  expect(counts.get('first update: DELTA')).toBeGreaterThan(0)
})
