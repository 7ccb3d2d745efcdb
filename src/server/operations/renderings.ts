import { type DocumentNode, type ExecutionArgs, executeSync, type GraphQLError } from 'graphql'
import type { Rights } from '../../auth/index.ts'
import type { Update } from '../../live/index.ts'
import { Budget } from '../budget.ts'
import { formatted } from './formatted.ts'
import { tooFull } from './rate-limited.ts'
import { shapingVariables } from './shaping-variables.ts'
import { weightOf } from './weight.ts'

/** Bytes that are held for what all subscriptions ask. */
const HEAVIEST = 128 * 1024 * 1024
/** Bytes that each takes which is like no other, beside what it asks and the buckets of its window: 5 to 15 thousand, as measured. */
const EACH = 8 * 1024

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
  /** each with how many renderings it has: its weight is held once */
  readonly #documents = new Map<DocumentNode, number>()
  readonly #weight = new Budget(HEAVIEST)
  readonly #held = this.#weight.open()
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

  /** bytes that are held for those in use: documents, variables and what they are found by */
  get weight(): number {
    return this.#weight.held
  }

  /**
   * What a subscription makes of its updates, until it releases that; `args` are those it begins with, of a valid document.
   * Throws RATE_LIMITED where all of them would hold too much.
   */
  use(args: ExecutionArgs, rights: Rights): Rendering {
    const key = keyOf(args, rights)
    const rendering = this.#shared.get(key) ?? this.#begin(key, args)
    rendering.users += 1
    return rendering
  }

  /** For each time it was used. */
  release(rendering: Rendering): void {
    rendering.users -= 1
    if (rendering.users > 0) return
    const { key, document, weight } = rendering
    this.#shared.delete(key)
    const others = (this.#documents.get(document) ?? 1) - 1
    if (others > 0) this.#documents.set(document, others)
    else this.#documents.delete(document)
    this.#held.give(weight + (others > 0 ? 0 : weightOf(document)))
  }

  #begin(key: string, { schema, document, operationName, variableValues }: ExecutionArgs): Rendering {
    const args = { schema, document, operationName, variableValues }
    const others = this.#documents.get(document) ?? 0
    const weight = EACH + key.length + JSON.stringify(variableValues ?? {}).length
    if (!this.#held.take(weight + (others > 0 ? 0 : weightOf(document))))
      throw tooFull('many different subscriptions')
    this.#documents.set(document, others + 1)
    const rendering = new Rendering({ key, document, weight }, (update) => {
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
  readonly document: DocumentNode
  /** bytes that are held for it beside its document */
  readonly weight: number
  users = 0
  readonly #make: (update: Update) => Rendered
  /**
   * For as long as the update is there, which all who were told the same have, and memory is not needed for anything else: all of
   * one turn are given the same, and of what stays as it is for days a rendering each would be held for whoever may come.
   */
  readonly #made = new WeakMap<Update, WeakRef<Rendered>>()

  constructor(
    { key, document, weight }: Pick<Rendering, 'key' | 'document' | 'weight'>,
    make: (update: Update) => Rendered,
  ) {
    this.key = key
    this.document = document
    this.weight = weight
    this.#make = make
  }

  of(update: Update): Rendered {
    const known = this.#made.get(update)?.deref()
    if (known) return known
    const rendered = this.#make(update)
    this.#made.set(update, new WeakRef(rendered))
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
