import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLog } from '../../../src/log.ts'
import { logRefusals } from '../../../src/server/refusals.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

function start() {
  const log = createLog('silent')
  const lines: string[] = []
  for (const level of ['warn', 'info'] as const)
    vi.spyOn(log, level).mockImplementation((line: unknown) => void lines.push(String(line)))
  return { lines, ran: logRefusals(log) }
}

const full = new Error("OOM command not allowed when used memory > 'maxmemory'.")

test('that Redis refuses is logged once, however often, and again when it has not for some seconds', () => {
  const { lines, ran } = start()
  for (let i = 0; i < 100; i += 1) ran('write', full)
  expect(lines).toEqual(['Redis refuses "write": its memory is full (OOM)'])
  vi.advanceTimersByTime(5000)
  ran('read')
  ran('write')
  expect(lines.slice(1)).toEqual(['Redis does not refuse "write" any more'])
})

test('a Redis that refuses now and then is in one trouble', () => {
  const { lines, ran } = start()
  for (let i = 0; i < 100; i += 1) {
    ran('write', full)
    ran('write')
    vi.advanceTimersByTime(1000)
  }
  expect(lines).toHaveLength(1)
})

test('another reason is news, once, and what is no refusal is none of it', () => {
  const { lines, ran } = start()
  ran('write', new Error('write EPIPE'))
  // As of two masters of a Cluster.
  for (let i = 0; i < 100; i += 1) {
    ran('write', full)
    ran('write', new Error("READONLY You can't write against a read only replica."))
  }
  expect(lines).toEqual([
    'Redis refuses "write": its memory is full (OOM)',
    'Redis refuses "write": it is a replica (READONLY)',
  ])
})
