import { createHash, timingSafeEqual } from 'node:crypto'
import type { Identity } from './identity.ts'
import { type JwtOptions, JwtVerifier } from './jwt.ts'
import { Rights } from './rights.ts'
import { Unauthenticated } from './unauthenticated.ts'

export interface AuthOptions {
  readonly tokens: readonly TokenOptions[]
  /** null: none are taken */
  readonly jwt: JwtOptions | null
}

export interface TokenOptions {
  /** unique among the tokens */
  readonly name: string
  /** of the token, 64 hexadecimal digits; unique among the tokens */
  readonly sha256: string
  readonly scopes: readonly string[]
}

/** UTF-16 code units of an Authorization header: what is longer is refused unread. */
const LONGEST_HEADER = 8 * 1024

/** Tells who presents an `Authorization` header. */
export class Authenticator {
  readonly #anyone: Identity | undefined
  readonly #tokens: readonly { readonly digest: Buffer; readonly identity: Identity }[]
  readonly #jwt: JwtVerifier | undefined

  /**
   * @param options null: no token is asked for, and everyone may do everything
   * @param jwt a verifier that is already there for `options.jwt`
   */
  constructor(options: AuthOptions | null, jwt = options?.jwt ? new JwtVerifier(options.jwt) : undefined) {
    this.#anyone = options ? undefined : { name: null, rights: Rights.all, expires: null }
    this.#tokens = (options?.tokens ?? []).map(({ name, sha256, scopes }) => ({
      digest: Buffer.from(sha256, 'hex'),
      identity: { name: `token:${name}`, rights: new Rights(scopes), expires: null },
    }))
    this.#jwt = jwt
  }

  /** Another one, which keeps the issuer's keys where the issuer is the same, so that a reload does not depend on it. */
  renewed(options: AuthOptions | null): Authenticator {
    const kept = options?.jwt && this.#jwt?.isFor(options.jwt) ? this.#jwt : undefined
    return new Authenticator(options, kept)
  }

  /** whether a token is asked for */
  get isRequired(): boolean {
    return this.#anyone === undefined
  }

  /** Throws Unauthenticated. */
  async authenticate(authorization: string | undefined): Promise<Identity> {
    if (this.#anyone) return this.#anyone
    const token = tokenOf(authorization)
    const known = this.#find(token)
    if (known) return known
    if (this.#jwt) return await this.#jwt.verify(token)
    throw new Unauthenticated('the token is not known here')
  }

  /** Every digest is compared, and in full: how long it takes tells nothing. */
  #find(token: string): Identity | undefined {
    const presented = createHash('sha256').update(token).digest()
    let found: Identity | undefined
    for (const { digest, identity } of this.#tokens) if (timingSafeEqual(digest, presented)) found = identity
    return found
  }
}

/** Throws Unauthenticated where there is none. */
function tokenOf(authorization: string | undefined): string {
  if (authorization === undefined || authorization === '')
    throw new Unauthenticated('a token is missing: send "Authorization: Bearer …"')
  if (authorization.length > LONGEST_HEADER)
    throw new Unauthenticated(`the Authorization header has at most ${LONGEST_HEADER} characters`)
  const token = /^bearer +(\S+) *$/i.exec(authorization)?.[1]
  if (token === undefined)
    throw new Unauthenticated('the Authorization header must be "Bearer", a space and a token')
  return token
}
