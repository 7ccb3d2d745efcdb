import { setImmediate as turn } from 'node:timers/promises'
import { OperationTypeNode } from 'graphql'
import type { Identity } from '../../auth/index.ts'
import type { Caller, ContextOf } from '../operations/caller.ts'
import type { Operations } from '../operations/operations.ts'
import type { Prepared } from './prepared.ts'

/**
 * The short way of what nearly every client sends: a query or a mutation that can be executed. Whatever is special about a request is left to yoga.
 *
 * Equal queries of one identity that arrive in the same turn of the event loop share one execution. It begins after the
 * last of them arrived, so that nobody is told what was true before they asked.
 */
export class PlainRequests {
  readonly #operations: Operations
  readonly #contextOf: ContextOf
  /** by what was sent, the queries that begin at the end of this turn; apart for each identity, since rights differ */
  readonly #beginning = new WeakMap<Identity, Map<string, Promise<Buffer | undefined>>>()

  constructor(operations: Operations, contextOf: ContextOf) {
    this.#operations = operations
    this.#contextOf = contextOf
  }

  /** The result in JSON, of which all who share it are given the same bytes, of what was `sent`, as a body or in an address; undefined where nothing was executed. */
  async answer(prepared: Prepared, sent: Buffer, caller: Caller): Promise<Buffer | undefined> {
    switch (prepared.type) {
      case OperationTypeNode.QUERY:
        return await this.#shared(sent, caller, () => this.#execute(prepared, caller))
      case OperationTypeNode.MUTATION:
        return await this.#execute(prepared, caller)
      default:
        return undefined
    }
  }

  #shared(sent: Buffer, { identity }: Caller, execute: () => Promise<Buffer | undefined>) {
    const beginning = this.#beginning.get(identity) ?? new Map<string, Promise<Buffer | undefined>>()
    this.#beginning.set(identity, beginning)
    const key = sent.toString('latin1') // the bytes, one character each
    const known = beginning.get(key)
    if (known) return known
    const execution = turn().then(() => {
      beginning.delete(key)
      return execute()
    })
    beginning.set(key, execution)
    return execution
  }

  async #execute({ args }: Prepared, caller: Caller): Promise<Buffer | undefined> {
    const result = await this.#operations.execute({ ...args, contextValue: this.#contextOf(caller) })
    return result.data === undefined ? undefined : Buffer.from(JSON.stringify(result))
  }
}
