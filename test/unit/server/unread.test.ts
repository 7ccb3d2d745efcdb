import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Debtor, Unread } from '../../../src/server/unread.ts'

class Client implements Debtor {
  owed: number
  isCutOff = false

  constructor(owed: number) {
    this.owed = owed
  }

  cutOff(): void {
    this.isCutOff = true
    this.owed = 0
  }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function owing(unread: Unread, ...debts: number[]): Client[] {
  return debts.map((owed) => {
    const client = new Client(owed)
    unread.look(client)
    return client
  })
}

test('who owes most is cut off where all owe too much, until a quarter is free', () => {
  const unread = new Unread(100)
  const clients = owing(unread, 10, 40, 30, 20)
  expect([unread.bytes, unread.cutOff]).toEqual([100, 0])
  const last = owing(unread, 1)
  expect([...clients, ...last].map(({ isCutOff }) => isCutOff)).toEqual([false, true, false, false, false])
  expect([unread.bytes, unread.cutOff]).toEqual([61, 1])
})

test('who has taken it meanwhile owes nothing', () => {
  const unread = new Unread(100)
  const [quick, slow] = owing(unread, 60, 40)
  if (quick) quick.owed = 0
  owing(unread, 50)
  expect([unread.bytes, quick?.isCutOff, slow?.isCutOff]).toEqual([90, false, false])
})

test('nobody is looked at any more when all have taken what was theirs', () => {
  const unread = new Unread(100)
  const [client] = owing(unread, 60)
  expect(vi.getTimerCount()).toBe(1)
  if (client) client.owed = 0
  vi.advanceTimersByTime(1000)
  expect(vi.getTimerCount()).toBe(0)
})
