import { describe, expect, test } from 'vitest'
import { busyShare, memoryShare } from '../../../src/monitor/machine.ts'
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
