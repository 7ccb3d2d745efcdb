import { describe, expect, test } from 'vitest'
import { faultsOf, load, refusal } from './folder.ts'

const digest = (digit: string) => digit.repeat(64)
const token = { name: 'charts', sha256: digest('a'), scopes: ['read:latency.**'] }
const jwt = { issuer: 'https://id.example', audience: 'kairos', jwksUri: 'https://id.example/keys' }
const file = (auth: unknown, more = {}) => ({ 'kairos.yaml': JSON.stringify({ auth, ...more }) })

describe('who may do what', () => {
  test('is said by tokens, by an issuer of them, or both', async () => {
    const tokens = [token, { name: 'b', sha256: digest('B'), scopes: ['admin', 'write:a b', 'delete:*'] }]
    const lower = [tokens[0], { ...tokens[1], sha256: digest('b') }]
    const issued = { ...jwt, audience: ['kairos'] }
    expect((await load({ files: file({ tokens }) })).auth).toEqual({ tokens: lower, jwt: null })
    expect((await load({ files: file({ jwt }) })).auth).toEqual({ tokens: [], jwt: issued })
    expect((await load({ files: file({ tokens, jwt }) })).auth).toEqual({ tokens: lower, jwt: issued })
    const secret = { issuer: 'x', audience: ['a', 'b'], secret: 'é'.repeat(16) }
    expect((await load({ files: file({ jwt: secret }) })).auth).toEqual({ tokens: [], jwt: secret })
  })

  test('lets other machines reach the server', async () => {
    const config = await load({ files: file({ tokens: [token] }, { host: '0.0.0.0' }) })
    expect(config.host).toBe('0.0.0.0')
  })

  test.each(['http://localhost:80/k', 'http://127.0.0.2/k', 'http://[::1]:5/k', 'https://a/k?b=c'])(
    'keys may come from %s',
    async (jwksUri) => {
      expect((await load({ files: file({ jwt: { ...jwt, jwksUri } }) })).auth).toMatchObject({
        jwt: { jwksUri },
      })
    },
  )

  test.each([
    'http://id.example/k',
    'http://10.0.0.1/k',
    'ftp://localhost/k',
    'id.example',
    'file:///k',
    'https://u:hunter2@a/k',
    'https://hunter2@a',
  ])('keys may not come from %s', async (jwksUri) => {
    expect(await faultsOf({ files: file({ jwt: { ...jwt, jwksUri } }) })).toEqual([
      'auth.jwt.jwksUri: must be a URL with https, or with http on this machine, without user and password',
    ])
  })

  test.each(['read', 'read:', 'Read:a', 'reads:a', 'read:***', 'admin:**', '', `read:${'a'.repeat(257)}`])(
    'is not said by the scope %j',
    async (scope) => {
      const [fault, ...others] = await faultsOf({ files: file({ tokens: [{ ...token, scopes: [scope] }] }) })
      expect(fault).toMatch(/^auth\.tokens\[0\]\.scopes\[0\]: must /)
      expect(others).toEqual([])
    },
  )

  test('every fault of it is told at once, each at its place', async () => {
    const auth = {
      tokens: [
        token,
        { name: 'charts', sha256: digest('A'), scopes: [] },
        { name: '', sha256: 'hunter2', scope: ['read:a'] },
      ],
      jwt: { isuer: 'x', audience: 5, secret: 'hunter2' },
    }
    expect((await faultsOf({ files: file(auth) })).sort()).toEqual(
      [
        'auth.tokens[1].name: is the name of auth.tokens[0] too',
        'auth.tokens[1].sha256: is the sha256 of auth.tokens[0] too',
        'auth.tokens[1].scopes: must list at least one',
        'auth.tokens[2].name: must not be empty',
        'auth.tokens[2].sha256: must be the SHA-256 of the token, 64 hexadecimal digits',
        'auth.tokens[2].scopes: is missing',
        'auth.tokens[2].scope: is not a setting, did you mean scopes?',
        'auth.jwt.issuer: is missing',
        'auth.jwt.isuer: is not a setting, did you mean issuer?',
        'auth.jwt.audience: must be one text or a list of texts',
        'auth.jwt.secret: must have at least 32 bytes, as random as they can be',
      ].sort(),
    )
  })

  test.each([
    [{}, 'auth: must have tokens or jwt: without either nobody could come in'],
    [{ tokens: [] }, 'auth.tokens: must list at least one'],
    ['nnoe', 'auth: must be a map of tokens and jwt, or none'],
    [null, 'auth: must be a map of tokens and jwt, or none'],
    [[token], 'auth: must be a map of tokens and jwt, or none'],
    [{ tokens: { charts: token } }, 'auth.tokens: must be a list'],
    [{ jwt: { ...jwt, audience: [] } }, 'auth.jwt.audience: must list at least one'],
    [
      { jwt: { ...jwt, secret: 's'.repeat(32) } },
      'auth.jwt.secret: must not stand beside jwksUri: tokens are signed with one or the other',
    ],
    [
      { jwt: { issuer: 'x', audience: 'y' } },
      'auth.jwt: must have jwksUri, where the keys of the issuer are, or the secret of both',
    ],
    [{ token: [], tokens: [token] }, 'auth.token: is not a setting, did you mean tokens?'],
  ])('is not said by %j', async (auth, fault) => {
    expect(await faultsOf({ files: file(auth) })).toEqual([fault])
  })

  test('a fault repeats no token, digest or secret', async () => {
    const hunter2 = 'hunter2'
    const auth = {
      tokens: [{ name: 5, sha256: hunter2, scopes: [hunter2] }, hunter2],
      jwt: { issuer: 5, audience: 6, secret: hunter2, jwksUri: `https://${hunter2}:x@a` },
    }
    expect((await refusal({ files: file(auth) })).message).not.toContain(hunter2)
    expect((await refusal({ files: file(hunter2) })).message).not.toContain(hunter2)
  })
})
