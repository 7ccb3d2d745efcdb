import { describe, expect, test } from 'vitest'
import { Rights } from '../../../src/auth/index.ts'

const may = (rights: Rights, name: string) => [
  rights.mayRead(name),
  rights.mayWrite(name),
  rights.mayDelete(name),
]

test('a scope allows one action on the names that its glob matches, and nothing else', () => {
  const rights = new Rights(['read:latency.**', 'write:latency.*', 'delete:latency.api'])
  expect(may(rights, 'latency.api')).toEqual([true, true, true])
  expect(may(rights, 'latency.api.eu')).toEqual([true, false, false])
  expect(may(rights, 'latency')).toEqual([false, false, false])
  expect(may(rights, 'xlatency.api')).toEqual([false, false, false])
  expect(rights.isAdmin).toBe(false)
})

test('admin may do everything, as may everyone where no token is asked for', () => {
  for (const rights of [new Rights(['read:a', 'admin']), Rights.all]) {
    expect(may(rights, 'any:name\n')).toEqual([true, true, true])
    expect(rights.isAdmin).toBe(true)
    expect(rights.readable).toBeUndefined()
  }
})

test('every name with every action is not yet admin', () => {
  const rights = new Rights(['read:**', 'write:**', 'delete:**'])
  expect(may(rights, 'a.b')).toEqual([true, true, true])
  expect(rights.isAdmin).toBe(false)
  expect(rights.equals(Rights.all)).toBe(false)
})

test.each([
  'openid',
  'read',
  'read:',
  'READ:a',
  'read :a',
  ' read:a',
  'read:***',
  'admin:a',
  'Admin',
  'write',
  '',
  `read:${'a'.repeat(257)}`,
  '__proto__',
  'constructor:a',
])('%j allows nothing', (scope) => {
  const rights = new Rights([scope])
  for (const name of ['a', '', '***', 'a'.repeat(257)])
    expect(may(rights, name)).toEqual([false, false, false])
  expect(rights.isAdmin).toBe(false)
  expect(rights.readable).toEqual([])
})

describe('rights', () => {
  test('list what may be read: globs, each once, or all', () => {
    expect(new Rights(['read:b', 'read:a.*', 'read:b', 'write:c']).readable).toEqual(['a.*', 'b'])
    expect(new Rights(['read:b', 'read:**']).readable).toBeUndefined()
  })

  test('are equal where they allow the same, in whatever order that is said', () => {
    const rights = new Rights(['read:a', 'write:b', 'read:c'])
    expect(rights.equals(new Rights(['read:c', 'openid', 'write:b', 'read:a', 'read:a']))).toBe(true)
    expect(rights.equals(new Rights(['read:a', 'write:b']))).toBe(false)
    expect(rights.equals(new Rights(['read:a', 'read:b', 'write:c']))).toBe(false)
    expect(new Rights(['admin']).equals(new Rights(['admin', 'read:a']))).toBe(true)
  })
})
