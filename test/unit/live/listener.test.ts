import { setImmediate as nextTurn } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Listener } from '../../../src/live/listener.ts'
import { createLog } from '../../../src/log.ts'

test('for how long a server has not answered is counted while anything is wanted of it, and from then on', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const listener = new Listener({
    redis: () => undefined,
    subscriber: new Redis({ lazyConnect: true }),
    db: 0,
    pattern: 'data:*',
    types: new Set(['string']),
    bookkeeping: 'ours:',
    log: createLog('silent'),
  })
  onTestFinished(() => listener.close())
  const pass = async () => {
    listener.beat()
    await nextTurn()
    vi.advanceTimersByTime(5000)
  }
  listener.want(['data:a'])
  await pass()
  expect(listener.unanswered).toBe(5000)
  listener.unwant(['data:a'])
  await pass()
  listener.want(['data:a'])
  expect(listener.unanswered).toBe(0)
  await pass()
  expect(listener.unanswered).toBe(5000)
})
