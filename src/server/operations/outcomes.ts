import type { GraphQLError, OperationTypeNode } from 'graphql'
import { type LimitName, limitOf } from '../../graphql/errors.ts'

/** `unknown`: nothing was executed, and it may not even be known what was asked. */
type OperationType = `${OperationTypeNode}` | 'unknown'

const TYPES: readonly OperationType[] = ['query', 'mutation', 'subscription', 'unknown']

/** What became of operations since the start. Nothing that clients name is kept. */
export class Outcomes {
  /** Of each type there is INTERNAL from the start: Prometheus takes what appears for no growth, and would not wake for the first. */
  readonly #codes = new Map(TYPES.map((type) => [type, new Map([['INTERNAL', 0]])]))
  #mistakes = 0
  readonly #limits: Record<LimitName, number> = {
    maxBuckets: 0,
    maxValues: 0,
    maxCost: 0,
    maxInserts: 0,
    maxValueLength: 0,
    maxRequestsPerSecond: 0,
    maxSubscriptions: 0,
    maxSubscriptionsPerIdentity: 0,
    maxSocketsPerAddress: 0,
    memory: 0,
    request: 0,
    document: 0,
    pending: 0,
  }

  /** In the way of how many operations and sockets each limit was. */
  get limits(): Readonly<Record<LimitName, number>> {
    return this.#limits
  }

  /** How many there were, by type and by the code of the first error, `OK` where there was none. */
  *byCode(): Iterable<readonly [type: string, code: string, count: number]> {
    for (const [type, codes] of this.#codes) for (const [code, count] of codes) yield [type, code, count]
  }

  /** `errors` are presented. To be called once for each operation. */
  count(type: OperationType, errors: readonly GraphQLError[] = []): void {
    const codes = this.#codes.get(type) ?? new Map<string, number>()
    const code = String(errors[0]?.extensions.code ?? 'OK')
    this.#codes.set(type, codes.set(code, (codes.get(code) ?? 0) + 1))
    for (const limit of new Set(errors.map(limitOf))) if (limit) this.hit(limit)
  }

  /** A mistake of ours was made, and is in the log. */
  mistake(): void {
    this.#mistakes += 1
  }

  /** how many there were, whatever they came to light by */
  get mistakes(): number {
    return this.#mistakes
  }

  /** This limit was in the way of something else than an operation. */
  hit(limit: LimitName): void {
    this.#limits[limit] += 1
  }
}
