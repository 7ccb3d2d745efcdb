import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type FetchImplementation,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose'
import type { Identity } from './identity.ts'
import { Rights } from './rights.ts'
import { Unauthenticated } from './unauthenticated.ts'

/** Of the one issuer whose JSON Web Tokens are taken. */
export type JwtOptions = IssuerOptions &
  /** of the issuer's public keys, for tokens that it signs with a private one */
  (
    | { readonly jwksUri: string }
    /** shared with the issuer, for HS256 */
    | { readonly secret: string }
  )

interface IssuerOptions {
  readonly issuer: string
  /** of which a token must name one or more */
  readonly audience: readonly string[]
}

/** Only with public keys; so nobody can sign with one as if it were a shared secret. */
const ASYMMETRIC = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]

/** Seconds by which our clock may be behind the issuer's where a token is not valid yet. */
const TOLERANCE = 5

/** Milliseconds that the issuer has to send its keys. */
const PATIENCE = 3000
/** Requests to the issuer, and the milliseconds in which there are at most so many, whatever tokens are presented. */
const MOST_FETCHES = 5
const FETCHES_SPAN = 5000

/** Tells whom a JSON Web Token is about. */
export class JwtVerifier {
  readonly #options: JwtOptions
  readonly #key: { readonly algorithms: string[]; readonly get: JWTVerifyGetKey }

  /**
   * Nothing is fetched yet.
   * @param report told, for the operator, why the issuer's keys cannot be fetched; a few times in a second at most
   */
  constructor(options: JwtOptions, report: (trouble: string) => void) {
    this.#options = options
    this.#key =
      'secret' in options
        ? { algorithms: ['HS256'], get: secretKey(options.secret) }
        : { algorithms: ASYMMETRIC, get: issuedKeys(new URL(options.jwksUri), report) }
  }

  isFor(options: JwtOptions): boolean {
    return JSON.stringify(options) === JSON.stringify(this.#options)
  }

  /** Throws Unauthenticated; also where the issuer's keys cannot be fetched in time. */
  async verify(token: string): Promise<Identity> {
    try {
      const { issuer, audience } = this.#options
      const { payload } = await jwtVerify(token, this.#key.get, {
        algorithms: this.#key.algorithms,
        issuer,
        audience: [...audience],
        requiredClaims: ['exp'],
        clockTolerance: TOLERANCE,
      })
      return identityOf(payload, issuer)
    } catch (error) {
      throw explained(error)
    }
  }
}

/** Throws Unauthenticated. */
function identityOf(payload: JWTPayload, issuer: string): Identity {
  const { sub, exp = 0 } = payload
  // The tolerance is for tokens that are not valid yet. A subscription ends when its token does.
  if (exp <= Date.now() / 1000) throw new Unauthenticated(EXPIRED)
  if (sub !== undefined && typeof sub !== 'string') throw new Unauthenticated(UNKNOWN)
  return {
    name: sub === undefined ? `jwt:${issuer}` : `jwt:${issuer}:${sub}`,
    rights: new Rights([...scopesOf(payload.scope), ...scopesOf(payload.scopes)]),
    expires: exp,
  }
}

/** A list, or a text in which spaces divide them. */
function scopesOf(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ')
  return Array.isArray(claim) ? claim.filter((each) => typeof each === 'string') : []
}

function secretKey(secret: string): JWTVerifyGetKey {
  const key = new TextEncoder().encode(secret)
  return () => key
}

/** The keys of an issuer: fetched when first needed, again for a key that is not among them, and after ten minutes. */
function issuedKeys(url: URL, report: (trouble: string) => void): JWTVerifyGetKey {
  const tell = (reason: unknown) =>
    report(`the keys of the tokens' issuer cannot be read from ${url.origin}${url.pathname}: ${reason}`)
  const keys = createRemoteJWKSet(url, {
    timeoutDuration: PATIENCE,
    cooldownDuration: 0,
    [customFetch]: bounded(async (href, options) => {
      const response = await fetch(href, options).catch((error: unknown) => {
        tell(reasonOf(error))
        throw error
      })
      if (response.status !== 200) tell(`it answers ${response.status}`)
      return response
    }),
  })
  return async (header, token) => {
    try {
      return await keys(header, token)
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
        throw error
      throw new Unauthenticated("the keys of the token's issuer cannot be read at present: try again", {
        cause: error,
      })
    }
  }
}

/** Refuses where the issuer has been asked so often that it is us who are the burden. */
function bounded(fetching: FetchImplementation): FetchImplementation {
  let recent: number[] = []
  return async (url, options) => {
    const now = performance.now()
    recent = recent.filter((time) => time > now - FETCHES_SPAN)
    if (recent.length >= MOST_FETCHES) throw new Error('the issuer was asked often enough')
    recent.push(now)
    return await fetching(url, options)
  }
}

/** Of what fetch throws: the system's code where there is one. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message
}

const EXPIRED = 'the token has expired'
const UNKNOWN = 'the token is not known here'

function explained(error: unknown): Unauthenticated {
  if (error instanceof Unauthenticated) return error
  if (error instanceof errors.JWTExpired) return new Unauthenticated(EXPIRED)
  if (error instanceof errors.JWTClaimValidationFailed)
    return new Unauthenticated(`the token's claim "${error.claim}" is missing or not as it must be`)
  if (error instanceof Unauthenticated) return error
  // What is no JOSEError is a key of the issuer's that cannot be used, such as one that is too short.
  return new Unauthenticated(UNKNOWN, { cause: error })
}
