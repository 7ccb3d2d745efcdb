import { createHash } from 'node:crypto'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { Access, type AuthOptions } from '../../../src/auth/index.ts'
import { type Issuer, inSeconds, startIssuer } from '../../support/issuer.ts'

const token = (name: string, ...scopes: string[]) => ({
  name,
  sha256: createHash('sha256').update(name).digest('hex'),
  scopes,
})
const auth = (...tokens: AuthOptions['tokens']): AuthOptions => ({ tokens, jwt: null })

let issuer: Issuer
beforeAll(async () => {
  issuer = await startIssuer()
  return () => issuer.stop()
})
afterEach(() => vi.useRealTimers())

/** A session that was opened with this token; gives what it was told at its end. */
async function enter(access: Access, presented: string) {
  const authorization = `Bearer ${presented}`
  const ends: string[] = []
  const identity = await access.authenticate(authorization)
  const session = access.open(authorization, identity, ({ message }) => ends.push(message))
  return { ends, session }
}

describe('a session', () => {
  test('ends when its token expires, and is told so once', async () => {
    const access = new Access({ tokens: [], jwt: issuer.jwt })
    const exp = Math.ceil(inSeconds(0.5))
    const { ends } = await enter(access, await issuer.sign({ exp }))
    await vi.waitFor(() => expect(ends).toEqual(['the token has expired']), { timeout: 5000, interval: 10 })
    expect(Date.now() / 1000 - exp).toBeGreaterThanOrEqual(0)
    expect(Date.now() / 1000 - exp).toBeLessThan(1)
    await access.reload(null)
    expect(ends).toHaveLength(1)
  })

  test('ends at a time that no timer reaches, also where the clock is set', async () => {
    const access = new Access({ tokens: [], jwt: issuer.jwt })
    const exp = Math.floor(inSeconds(100 * 86_400))
    const { ends } = await enter(access, await issuer.sign({ exp }))
    vi.useFakeTimers({ toFake: ['Date'], now: (exp - 1) * 1000 })
    const other = await enter(access, await issuer.sign({ exp: exp + 3600 }))
    expect(ends).toEqual([])
    vi.setSystemTime(exp * 1000)
    await vi.waitFor(() => expect(ends).toEqual(['the token has expired']), { timeout: 1000 })
    expect(other.ends).toEqual([])
    other.session.close()
  })

  test('that is closed is told nothing', async () => {
    const access = new Access(auth(token('a', 'admin')))
    const { ends, session } = await enter(access, 'a')
    session.close()
    session.close()
    await access.reload(auth(token('b', 'admin')))
    expect(ends).toEqual([])
  })
})

describe('a reload', () => {
  test('ends the sessions of tokens that are gone or may do something else, and no others', async () => {
    const access = new Access(
      auth(token('gone', 'admin'), token('other', 'read:a'), token('same', 'read:a', 'read:b')),
    )
    const [gone, other, same] = await Promise.all(
      ['gone', 'other', 'same'].map((name) => enter(access, name)),
    )
    await access.reload(
      auth(token('same', 'read:b', 'read:a'), token('other', 'read:b'), token('new', 'admin')),
    )
    expect(gone?.ends).toEqual(['the token is not known here'])
    expect(other?.ends).toEqual(['what the token allows has changed: connect again'])
    expect(same?.ends).toEqual([])
    await expect(access.authenticate('Bearer gone')).rejects.toThrow('not known')
    expect((await access.authenticate('Bearer new')).name).toBe('token:new')
  })

  test('between entering and opening a session is noticed', async () => {
    const access = new Access(auth(token('a', 'admin'), token('b', 'admin')))
    const identity = await access.authenticate('Bearer a')
    const unchanged = await access.authenticate('Bearer b')
    await access.reload(auth(token('b', 'admin')))
    const ends: string[] = []
    access.open('Bearer a', identity, ({ message }) => ends.push(message))
    access.open('Bearer b', unchanged, () => ends.push('b'))
    await vi.waitFor(() => expect(ends).toEqual(['the token is not known here']))
  })

  test('from no tokens to some and back ends what was open', async () => {
    const access = new Access(null)
    const open = await enter(access, 'a')
    await access.reload(auth(token('a', 'admin')))
    expect(open.ends).toEqual(['what the token allows has changed: connect again'])
    const closed = await enter(access, 'a')
    await access.reload(null)
    expect(closed.ends).toHaveLength(1)
    expect(access.isRequired).toBe(false)
  })

  test('that keeps the issuer asks it for nothing', async () => {
    const own = await startIssuer()
    const access = new Access({ tokens: [], jwt: own.jwt })
    const { ends, session } = await enter(access, await own.sign({}))
    await own.stop()
    await access.reload({ tokens: [token('a', 'admin')], jwt: { ...own.jwt } })
    expect(ends).toEqual([])
    session.close()
  })

  test('to an issuer that does not answer ends its sessions within a second', async () => {
    const own = await startIssuer()
    const access = new Access({ tokens: [], jwt: issuer.jwt })
    const { ends } = await enter(access, await issuer.sign({}))
    own.fallSilent()
    const start = performance.now()
    await access.reload({ tokens: [], jwt: own.jwt })
    expect(performance.now() - start).toBeLessThan(1000)
    expect(ends).toEqual([expect.stringContaining('cannot be read at present')])
    await own.stop()
  })
})
