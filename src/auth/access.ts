import { Authenticator, type AuthOptions } from './authenticator.ts'
import type { Identity } from './identity.ts'
import { Unauthenticated } from './unauthenticated.ts'

/** Something that goes on longer than a request, in somebody's name. */
export interface Session {
  /** It is over; `onEnd` will not be called. Harmless when repeated. */
  close(): void
}

interface OpenSession {
  readonly authorization: string | undefined
  readonly identity: Identity
  readonly onEnd: (reason: Unauthenticated) => void
}

/** Milliseconds between two looks at what has expired. Timers of their own would miss a clock that is set. */
const SWEEP = 250
/** Milliseconds that a reload has to make sure of a session. */
const PATIENCE = 750

/** Who may come in by the configuration in force, and who may stay when that changes or time passes. */
export class Access {
  #authenticator: Authenticator
  readonly #issuedBy = new WeakMap<Identity, Authenticator>()
  readonly #sessions = new Set<OpenSession>()
  #sweep: NodeJS.Timeout | undefined
  #refusals = 0

  /**
   * @param options null: no token is asked for, and everyone may do everything
   * @param report told, for the operator, what keeps tokens from being verified; default nobody is
   */
  constructor(options: AuthOptions | null, report: (trouble: string) => void = () => {}) {
    this.#authenticator = new Authenticator(options, report)
  }

  /** whether a token is asked for */
  get isRequired(): boolean {
    return this.#authenticator.isRequired
  }

  /** how often nobody was known by what was presented */
  get refusals(): number {
    return this.#refusals
  }

  /** Tells who presents an `Authorization` header. Throws Unauthenticated. */
  async authenticate(authorization: string | undefined): Promise<Identity> {
    const authenticator = this.#authenticator
    try {
      const identity = await authenticator.authenticate(authorization)
      this.#issuedBy.set(identity, authenticator)
      return identity
    } catch (error) {
      if (error instanceof Unauthenticated) this.#refusals += 1
      throw error
    }
  }

  /** Throws Unauthenticated: what was presented is not even an `Authorization` header. */
  refuse(reason: string): never {
    this.#refusals += 1
    throw new Unauthenticated(reason)
  }

  /** Throws Unauthenticated where the header by which `identity` came in, a while ago, is good for it no longer. */
  async makeSure(authorization: string | undefined, identity: Identity): Promise<void> {
    const { name, rights, expires } = identity
    if (expires !== null && expires <= Date.now() / 1000) throw new Unauthenticated(EXPIRED)
    if (this.#issuedBy.get(identity) === this.#authenticator) return
    const now = await this.authenticate(authorization)
    if (now.name !== name || !now.rights.equals(rights)) throw new Unauthenticated(CHANGED)
  }

  /**
   * Calls `onEnd`, once and within a second, when the header by which `identity` came in is good for it no longer: it expires,
   * or a reload takes it away or changes its rights.
   */
  open(
    authorization: string | undefined,
    identity: Identity,
    onEnd: (reason: Unauthenticated) => void,
  ): Session {
    const session: OpenSession = { authorization, identity, onEnd }
    this.#sessions.add(session)
    if (identity.expires !== null) this.#sweep ??= setInterval(() => this.#endExpired(), SWEEP).unref()
    // A reload may have come between.
    if (this.#issuedBy.get(identity) !== this.#authenticator) void this.#makeSure([session])
    return { close: () => this.#close(session) }
  }

  /** From now on `options` are in force. Resolves when every session has ended that they do not allow. */
  async reload(options: AuthOptions | null): Promise<void> {
    this.#authenticator = this.#authenticator.renewed(options)
    await this.#makeSure([...this.#sessions])
  }

  async #makeSure(sessions: readonly OpenSession[]): Promise<void> {
    const authenticator = this.#authenticator
    const asked = new Map<string | undefined, Promise<Identity | Unauthenticated>>()
    const ask = async (authorization: string | undefined) =>
      await inTime(authenticator.authenticate(authorization)).catch(asRefusal)
    await Promise.all(
      sessions.map(async (session) => {
        const { authorization } = session
        const asking = asked.get(authorization) ?? ask(authorization)
        asked.set(authorization, asking)
        const now = await asking
        // Whoever reloaded meanwhile makes sure of it, too.
        if (authenticator === this.#authenticator) this.#endUnlessSame(session, now)
      }),
    )
  }

  #endUnlessSame(session: OpenSession, now: Identity | Unauthenticated): void {
    const { name, rights } = session.identity
    if (now instanceof Unauthenticated) this.#end(session, now)
    else if (now.name !== name || !now.rights.equals(rights)) this.#end(session, new Unauthenticated(CHANGED))
  }

  #endExpired(): void {
    const now = Date.now() / 1000
    for (const session of this.#sessions) {
      const { expires } = session.identity
      if (expires !== null && expires <= now) this.#end(session, new Unauthenticated(EXPIRED))
    }
  }

  #end(session: OpenSession, reason: Unauthenticated): void {
    if (!this.#sessions.has(session)) return
    this.#close(session)
    session.onEnd(reason)
  }

  #close(session: OpenSession): void {
    this.#sessions.delete(session)
    if (this.#sessions.size > 0) return
    clearInterval(this.#sweep)
    this.#sweep = undefined
  }
}

const EXPIRED = 'the token has expired'
const CHANGED = 'what the token allows has changed: connect again'

/** Rejects where it takes so long that the session would outlive its right. */
async function inTime(asking: Promise<Identity>): Promise<Identity> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const reason = new Unauthenticated("the keys of the token's issuer cannot be read at present: try again")
    timer = setTimeout(() => reject(reason), PATIENCE)
  })
  return await Promise.race([asking, late]).finally(() => clearTimeout(timer))
}

/** What cannot be made sure of ends. */
function asRefusal(error: unknown): Unauthenticated {
  if (error instanceof Unauthenticated) return error
  return new Unauthenticated('the token cannot be verified at present: connect again', { cause: error })
}
