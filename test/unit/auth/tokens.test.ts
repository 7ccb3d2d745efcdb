import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Access, Unauthenticated } from '../../../src/auth/index.ts'

const sha256 = (token: string) => createHash('sha256').update(token).digest('hex')
const access = new Access({
  tokens: [
    { name: 'charts', sha256: sha256('c-secret'), scopes: ['read:a.**'] },
    { name: 'collector', sha256: sha256('w-secret=='), scopes: ['write:**'] },
  ],
  jwt: null,
})

describe('a token', () => {
  test.each(['Bearer c-secret', 'bearer c-secret', 'BEARER   c-secret', 'Bearer c-secret  '])(
    'as %j tells whose it is',
    async (authorization) => {
      const { name, rights, expires } = await access.authenticate(authorization)
      expect([name, expires]).toEqual(['token:charts', null])
      expect([rights.mayRead('a.b'), rights.mayWrite('a.b')]).toEqual([true, false])
    },
  )

  test('of another gives the rights of another', async () => {
    const { name, rights } = await access.authenticate('Bearer w-secret==')
    expect(name).toBe('token:collector')
    expect(rights.mayWrite('a.b')).toBe(true)
  })

  test.each([
    [undefined, /is missing/],
    ['', /is missing/],
    ['c-secret', /must be "Bearer"/],
    ['Bearer', /must be "Bearer"/],
    ['Bearer ', /must be "Bearer"/],
    ['Bearerc-secret', /must be "Bearer"/],
    ['Basic c-secret', /must be "Bearer"/],
    ['Bearer c-secret w-secret==', /must be "Bearer"/],
    [`Bearer ${sha256('c-secret')}`, /not known/],
    ['Bearer C-SECRET', /not known/],
    ['Bearer c-secret\0', /not known/],
    [`Bearer ${'x'.repeat(9000)}`, /at most/],
    [`${' '.repeat(100_000)}`, /at most/],
  ])('is refused as %j', async (authorization, message) => {
    const error = await access.authenticate(authorization).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(Unauthenticated)
    expect((error as Unauthenticated).message).toMatch(message)
    expect((error as Unauthenticated).message).not.toMatch(/secret|xxx/i)
  })
})

test('where no token is asked for, everyone may do everything, whatever they present', async () => {
  const open = new Access(null)
  for (const authorization of [undefined, 'Bearer x', 'nonsense']) {
    const { name, rights, expires } = await open.authenticate(authorization)
    expect([name, rights.isAdmin, expires]).toEqual([null, true, null])
  }
  expect([open.isRequired, access.isRequired]).toEqual([false, true])
})
