import type { IncomingMessage } from 'node:http'
import { setImmediate as turn } from 'node:timers/promises'
import { OperationTypeNode } from 'graphql'
import type { Identity } from '../../auth/index.ts'
import type { Caller, ContextOf } from '../operations/caller.ts'
import type { Operations } from '../operations/operations.ts'
import { acceptable } from './media-types.ts'
import type { Prepared } from './prepared.ts'

/** The media type in which a POST gets its answer, as its client likes it best; undefined where that is an event stream. */
export function plainAnswerType({ headers }: IncomingMessage): string | undefined {
  const [best] = acceptable(headers.accept)
  return best === 'text/event-stream' ? undefined : best
}

/**
 * The short way of what nearly every client sends: a query or a mutation as JSON, answered in JSON. Whatever is special
 * about a request is left to yoga.
 *
 * Equal queries of one identity that arrive in the same turn of the event loop share one execution. It begins after the
 * last of them arrived, so that nobody is told what was true before they asked.
 */
export class PlainPosts {
  readonly #operations: Operations
  readonly #contextOf: ContextOf
  /** by body, the queries that begin at the end of this turn; apart for each identity, since rights differ */
  readonly #beginning = new WeakMap<Identity, Map<string, Promise<string | undefined>>>()

  constructor(operations: Operations, contextOf: ContextOf) {
    this.#operations = operations
    this.#contextOf = contextOf
  }

  /** The result in JSON of what `body` asks for; undefined where nothing was executed. */
  async answer(prepared: Prepared, body: Buffer, caller: Caller): Promise<string | undefined> {
    switch (prepared.type) {
      case OperationTypeNode.QUERY:
        return await this.#shared(body, caller, () => this.#execute(prepared, caller))
      case OperationTypeNode.MUTATION:
        return await this.#execute(prepared, caller)
      default:
        return undefined
    }
  }

  #shared(body: Buffer, { identity }: Caller, execute: () => Promise<string | undefined>) {
    const beginning = this.#beginning.get(identity) ?? new Map<string, Promise<string | undefined>>()
    this.#beginning.set(identity, beginning)
    const key = body.toString('latin1') // the bytes, one character each
    const known = beginning.get(key)
    if (known) return known
    const execution = turn().then(() => {
      beginning.delete(key)
      return execute()
    })
    beginning.set(key, execution)
    return execution
  }

  async #execute({ args }: Prepared, caller: Caller): Promise<string | undefined> {
    const result = await this.#operations.execute({ ...args, contextValue: this.#contextOf(caller) })
    return result.data === undefined ? undefined : JSON.stringify(result)
  }
}
