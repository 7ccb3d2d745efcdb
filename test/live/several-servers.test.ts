import { expect, test } from 'vitest'
import { run } from './faults/run.ts'

/** `npm run faults -- --world …` goes on for hours, and with other seeds; this is one round of each. */
test.each([
  ['fleet', 'each server is ended in turn|killed one by one'],
  ['cluster', 'a server is ended|a master is killed'],
] as const)(
  'three servers behind a balancer (%s): what is acknowledged is there once, and who watches comes back, whatever is pulled out',
  async (world, faults) => {
    const { counts } = await run({ world, seed: 7, minutes: 0.01, from: 1, only: new RegExp(faults) })
    expect(counts.get('insert acknowledged: with id')).toBeGreaterThan(0)
    expect(counts.get('insert acknowledged: without id')).toBeGreaterThan(0)
    expect([...counts.keys()].filter((what) => what.startsWith('fault: '))).not.toEqual([])
  },
  300_000,
)
