import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { Access, Unauthenticated } from '../../../src/auth/index.ts'
import { type Issuer, inSeconds, startIssuer } from '../../support/issuer.ts'

let issuer: Issuer
beforeAll(async () => {
  issuer = await startIssuer()
})
afterAll(() => issuer.stop())

const accessOf = (jwt: Issuer['jwt'] = issuer.jwt) => new Access({ tokens: [], jwt })
const enter = async (token: string, access = accessOf()) => await access.authenticate(`Bearer ${token}`)

describe('a token that the issuer signed', () => {
  test('tells whose it is, what it allows and until when', async () => {
    const exp = Math.floor(inSeconds(100))
    const identity = await enter(await issuer.sign({ exp, scope: 'openid read:a.** write:b' }))
    expect([identity.name, identity.expires]).toEqual([`jwt:${issuer.jwt.issuer}:ada`, exp])
    const { rights } = identity
    expect([rights.mayRead('a.b'), rights.mayWrite('b'), rights.mayRead('b')]).toEqual([true, true, false])
  })

  test.each([
    [{ scope: 'read:a read:b' }],
    [{ scopes: ['read:a', 'read:b'] }],
    [{ scopes: 'read:a read:b' }],
    [{ scope: 'read:a', scopes: [5, null, 'read:b'] }],
  ])('may list scopes as %j', async (claims) => {
    expect((await enter(await issuer.sign(claims))).rights.readable).toEqual(['a', 'b'])
  })

  test('without scopes, or with those of other programs, allows nothing', async () => {
    for (const claims of [
      {},
      { scope: 5 },
      { scope: { admin: true } },
      { scopes: ['openid'] },
      { roles: ['admin'] },
    ]) {
      const { rights } = await enter(await issuer.sign(claims))
      expect([rights.isAdmin, rights.readable]).toEqual([false, []])
    }
  })

  test('without a subject is the issuer itself', async () => {
    expect((await enter(await issuer.sign({ sub: undefined }))).name).toBe(`jwt:${issuer.jwt.issuer}`)
  })

  test('may name the audience among others', async () => {
    await enter(await issuer.sign({ aud: ['other', 'kairos'] }))
    await enter(await issuer.sign({}), accessOf({ ...issuer.jwt, audience: ['x', 'kairos'] }))
  })

  test.each(['RS256', 'PS384', 'ES512', 'Ed25519'])('with %s is taken', async (algorithm) => {
    await issuer.rotate(algorithm)
    await enter(await issuer.sign({}))
  })

  test('may be valid a little later by its issuer’s clock, and not a moment longer than it says', async () => {
    await enter(await issuer.sign({ nbf: inSeconds(2) }))
    await expect(enter(await issuer.sign({ nbf: inSeconds(60) }))).rejects.toThrow('"nbf"')
    await expect(enter(await issuer.sign({ exp: inSeconds(-0.1) }))).rejects.toThrow('has expired')
  })

  test.each([
    ['issuer', { iss: 'https://other.example' }, '"iss"'],
    ['issuer at all', { iss: undefined }, '"iss"'],
    ['audience', { aud: 'other' }, '"aud"'],
    ['audience at all', { aud: undefined }, '"aud"'],
    ['end', { exp: undefined }, '"exp"'],
    ['end that is a number', { exp: '9999999999' }, '"exp"'],
    ['subject that is a text', { sub: 5 }, 'not known'],
  ])('is refused without the right %s', async (_what, claims, message) => {
    await expect(enter(await issuer.sign(claims))).rejects.toThrow(message)
  })
})

describe('a token that the issuer did not sign', () => {
  const claims = () => ({
    iss: issuer.jwt.issuer,
    aud: 'kairos',
    sub: 'eve',
    exp: inSeconds(600),
    scope: 'admin',
  })

  test('is refused unsigned', async () => {
    await expect(enter(new UnsecuredJWT(claims()).encode())).rejects.toThrow('not known')
  })

  test('is refused where its public key is the secret of the signature', async () => {
    const published = await (await fetch(issuer.jwt.jwksUri)).text()
    const [{ kid, ...jwk }] = JSON.parse(published).keys
    for (const secret of [published, JSON.stringify(jwk), jwk.x, '']) {
      const forged = new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid })
      const token = await forged.sign(new TextEncoder().encode(secret.padEnd(32)))
      await expect(enter(token)).rejects.toThrow('not known')
    }
  })

  test('is refused where it brings its own key, or says where to find one', async () => {
    const other = await startIssuer()
    const [jwk] = JSON.parse(await (await fetch(other.jwt.jwksUri)).text()).keys
    const token = await other.sign({ iss: issuer.jwt.issuer, scope: 'admin' })
    await expect(enter(token)).rejects.toThrow('not known')
    const [, payload, signature] = token.split('.')
    const header = { alg: 'ES256', jwk, jku: other.jwt.jwksUri, x5u: other.jwt.jwksUri }
    const head = Buffer.from(JSON.stringify(header)).toString('base64url')
    const before = other.asked
    await expect(enter(`${head}.${payload}.${signature}`)).rejects.toThrow('not known')
    expect(other.asked).toBe(before)
    await other.stop()
  })

  test('is refused with any letter of it changed', async () => {
    const token = await issuer.sign({})
    const access = accessOf()
    await enter(token, access)
    for (let i = 0; i < token.length; i += 13) {
      const changed = `${token.slice(0, i)}${token[i] === 'A' ? 'Q' : 'A'}${token.slice(i + 1)}`
      await expect(enter(changed, access)).rejects.toThrow()
    }
  })

  test.each(['a.b.c', '...', 'e30.e30.', '..', 'a.b.c.d.e', 'é.é.é'])('is refused as %j', async (token) => {
    await expect(enter(token)).rejects.toThrow('not known')
  })
})

describe('the keys of an issuer', () => {
  test('are fetched once for many tokens, and again when another key signs', async () => {
    const own = await startIssuer()
    const access = accessOf(own.jwt)
    expect(own.asked).toBe(0)
    const before = await own.sign({})
    await Promise.all([
      enter(before, access),
      enter(before, access),
      enter(await own.sign({ sub: 'bob' }), access),
    ])
    expect(own.asked).toBe(1)
    await own.rotate()
    await enter(await own.sign({}), access)
    expect(own.asked).toBe(2)
    await expect(enter(before, access)).rejects.toThrow('not known')
    await own.stop()
  })

  test('are not asked for with every token that nobody signed', async () => {
    const [own, other] = [await startIssuer(), await startIssuer()]
    const access = accessOf(own.jwt)
    await enter(await own.sign({}), access)
    for (let i = 0; i < 20; i += 1) {
      const forged = await other.sign({ iss: own.jwt.issuer })
      await expect(enter(forged, access)).rejects.toThrow()
    }
    expect(own.asked).toBeLessThanOrEqual(5)
    await enter(await own.sign({}), access)
    await Promise.all([own.stop(), other.stop()])
  })

  test('that cannot be used refuse their tokens alone', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    issuer.publish({ ...publicKey.export({ format: 'jwk' }), kid: 'short', alg: 'RS256' })
    const access = accessOf()
    const parts = [{ alg: 'RS256', kid: 'short' }, { iss: issuer.jwt.issuer, exp: 4e9 }, 'no signature']
    const token = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
    await expect(enter(token, access)).rejects.toThrow(Unauthenticated)
    await enter(await issuer.sign({}), access)
  })

  test('that cannot be had refuse a token in good time, and say so', async () => {
    const own = await startIssuer()
    const token = await own.sign({})
    own.fallSilent()
    const told: string[] = []
    const access = new Access({ tokens: [], jwt: own.jwt }, (trouble) => told.push(trouble))
    const start = performance.now()
    await expect(enter(token, access)).rejects.toThrow('cannot be read at present')
    expect(performance.now() - start).toBeLessThan(4500)
    await own.stop()
    for (let i = 0; i < 20; i += 1)
      await expect(enter(token, access)).rejects.toThrow('cannot be read at present')
    expect(told.at(0)).toMatch(/^the keys of the tokens' issuer cannot be read from http:.*\/keys: .*timeout/)
    expect(told.at(1)).toMatch(/ECONNREFUSED/)
    expect(told.length).toBeLessThanOrEqual(5)
  })
})

describe('a shared secret', () => {
  const secret = 's'.repeat(32)
  const jwt = { issuer: 'https://id.example', audience: ['kairos'], secret }
  const access = new Access({ tokens: [], jwt })
  const sign = async (alg: string, key: string) =>
    await new SignJWT({ iss: jwt.issuer, aud: 'kairos', exp: inSeconds(600), scope: 'admin' })
      .setProtectedHeader({ alg })
      .sign(new TextEncoder().encode(key))

  test('signs with HS256 alone', async () => {
    expect((await enter(await sign('HS256', secret), access)).rights.isAdmin).toBe(true)
    await expect(enter(await sign('HS384', secret.repeat(2)), access)).rejects.toThrow('not known')
    await expect(enter(await sign('HS256', 'x'.repeat(32)), access)).rejects.toThrow('not known')
    await expect(enter(await issuer.sign({ iss: jwt.issuer }), access)).rejects.toThrow('not known')
  })
})

test('a key that the issuer should not have refuses tokens, and is no mistake of ours', async () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const keys = JSON.stringify({
    keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'short', alg: 'RS256' }],
  })
  const server = createServer((_request, response) => response.end(keys)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const jwksUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const token = `${part({ alg: 'RS256', kid: 'short' })}.${part({ sub: 'ada' })}.AAAA`
  await expect(enter(token, accessOf({ ...issuer.jwt, jwksUri }))).rejects.toThrow(Unauthenticated)
})
