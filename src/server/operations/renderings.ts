import { type ExecutionArgs, executeSync, type GraphQLError } from 'graphql'
import type { Rights } from '../../auth/index.ts'
import type { Update } from '../../live/index.ts'
import { formatted } from './formatted.ts'
import { shapingVariables } from './shaping-variables.ts'

/** What is sent of an update. */
export interface Rendered {
  /** the result of the operation, as JSON; shared by many, and not to be altered */
  readonly payload: Buffer
  /** of the update */
  readonly cursor: string
}

/** What updates become, shared by all who ask the same in the same rights, and forgotten with the last of them. */
export class Renderings {
  readonly #present: (error: unknown) => GraphQLError
  readonly #shared = new Map<string, Rendering>()
  #made = 0

  constructor(present: (error: unknown) => GraphQLError) {
    this.#present = present
  }

  /** how often an update was executed and serialised */
  get made(): number {
    return this.#made
  }

  /** those in use */
  get size(): number {
    return this.#shared.size
  }

  /** What a subscription makes of its updates, until it releases that; `args` are those it begins with, of a valid document. */
  use(args: ExecutionArgs, rights: Rights): Rendering {
    const key = keyOf(args, rights)
    const rendering = this.#shared.get(key) ?? this.#begin(key, args)
    rendering.users += 1
    return rendering
  }

  /** For each time it was used. */
  release(rendering: Rendering): void {
    rendering.users -= 1
    if (rendering.users === 0) this.#shared.delete(rendering.key)
  }

  #begin(key: string, { schema, document, operationName, variableValues }: ExecutionArgs): Rendering {
    const args = { schema, document, operationName, variableValues }
    const rendering = new Rendering(key, (update) => {
      this.#made += 1
      return { payload: bytesOf(JSON.stringify(this.#execute(args, update))), cursor: update.cursor }
    })
    this.#shared.set(key, rendering)
    return rendering
  }

  /** Without a context: what is made of an update depends on nobody. */
  #execute(args: ExecutionArgs, update: Update): object {
    const { data, errors } = executeSync({ ...args, rootValue: update })
    return errors ? { data, errors: errors.map((error) => formatted(this.#present(error))) } : { data }
  }
}

/** What the updates of one document become, each made once. */
export class Rendering {
  readonly key: string
  users = 0
  readonly #make: (update: Update) => Rendered
  /** for as long as the update is there, which all who were told the same have */
  readonly #made = new WeakMap<Update, Rendered>()

  constructor(key: string, make: (update: Update) => Rendered) {
    this.key = key
    this.#make = make
  }

  of(update: Update): Rendered {
    const known = this.#made.get(update)
    if (known) return known
    const rendered = this.#make(update)
    this.#made.set(update, rendered)
    return rendered
  }
}

/** Equal where updates become the same. */
function keyOf({ schema, document, operationName, variableValues }: ExecutionArgs, rights: Rights): string {
  const given = variableValues ?? {}
  const shaping = [...shapingVariables(document, schema)].filter((name) => Object.hasOwn(given, name))
  const variables = shaping.map((name) => [name, given[name]])
  return JSON.stringify([rights.key, document.loc?.source.body, operationName ?? null, variables])
}

/** Of their own: out of a pool, a few bytes that are remembered would keep all of it. */
function bytesOf(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text))
  bytes.write(text)
  return bytes
}
