import { describe, expect, test, vi } from 'vitest'
import type { Store } from '../../../src/kairos/index.ts'
import { createLog } from '../../../src/log.ts'
import { busyShare, memoryShare } from '../../../src/monitor/machine.ts'
import { Monitor } from '../../../src/monitor/monitor.ts'
import { OperationTally } from '../../../src/monitor/operation-tally.ts'

describe('the machine', () => {
  test('is as busy as its cores were between two readings', () => {
    expect(busyShare({ idle: 100, total: 200 }, { idle: 125, total: 300 })).toBe(75)
    expect(busyShare({ idle: 100, total: 200 }, { idle: 100, total: 200 })).toBeUndefined()
    expect(busyShare({ idle: 100, total: 200 }, { idle: 90, total: 300 })).toBe(100)
  })

  test('uses some of its memory, and not all', () => {
    expect(memoryShare()).toBeGreaterThan(0)
    expect(memoryShare()).toBeLessThan(100)
  })
})

describe('operations', () => {
  test('are counted, timed and named, once', () => {
    const operations = new OperationTally()
    operations.record({ name: 'A', milliseconds: 2 })
    operations.record({ name: null, milliseconds: 3 })
    expect(operations.take()).toEqual([
      { name: 'monitor.graphql.requests', value: 2 },
      { name: 'monitor.graphql.latency', value: 2 },
      { name: 'monitor.graphql.latency', value: 3 },
      { name: 'monitor.graphql.operations', value: 'A' },
      { name: 'monitor.graphql.operations', value: 'anonymous' },
    ])
    expect(operations.take()).toEqual([{ name: 'monitor.graphql.requests', value: 0 }])
  })

  test('cost little memory whatever clients send', () => {
    const operations = new OperationTally()
    for (let i = 0; i < 20_000; i += 1)
      operations.record({ name: `n${i}`.padEnd(1000, 'x'), milliseconds: 1 })
    const inserts = operations.take()
    const names = inserts.filter(({ name }) => name === 'monitor.graphql.operations')
    expect(inserts[0]?.value).toBe(20_000)
    expect(names).toHaveLength(100)
    expect(Math.max(...names.map(({ value }) => String(value).length))).toBe(64)
    expect(inserts.length).toBeLessThanOrEqual(5101)
  })
})

test('a process that the system does not let measure itself goes on, and says so once', async () => {
  const refusal = Object.assign(new Error('EMFILE: too many open files'), {
    syscall: 'uv_resident_set_memory',
  })
  const rss = vi.spyOn(process.memoryUsage, 'rss').mockImplementation(() => {
    throw refusal
  })
  vi.useFakeTimers()
  const log = createLog('silent')
  const warned = vi.spyOn(log, 'warn')
  const monitor = new Monitor({ store: {} as Store, log })
  await vi.advanceTimersByTimeAsync(5000)
  expect(rss.mock.calls.length).toBeGreaterThan(3)
  expect(warned).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('EMFILE'))
  vi.useRealTimers()
  rss.mockRestore()
  await monitor.close()
})
