import { setTimeout as wait } from 'node:timers/promises'
import { type Connection, connect, KairosError } from '../../../src/client/node.ts'
import { Random } from './random.ts'
import type { Shared, Writing } from './world.ts'
import { insist } from './world.ts'
import { ask, isPassing } from './writers.ts'

export interface LedgerOptions extends Shared {
  readonly url: string
  /** of the choices of this round */
  readonly seed: string
  /** of histograms that hold nothing yet, with this interval */
  readonly names: readonly string[]
  readonly interval: string
}

/** How many write, by how they do. */
const WRITERS = { 'with id': 6, 'without id': 3, 'with id over a socket': 3 } as const

/** Milliseconds after which what is not acknowledged never will be, from when nothing is wrong any more. */
const PATIENCE = 60_000

type Fate = 'open' | 'acknowledged'

/**
 * Writers of whom each insert is of a number that is inserted by nobody else, into one series or several, and what became of it: what
 * was acknowledged must be there, and nothing may be there twice.
 */
export class Ledger implements Writing {
  readonly #options: LedgerOptions
  readonly #stopped = new AbortController()
  readonly #working: Promise<unknown>
  /** by name, what was tried to insert there */
  readonly #tried = new Map<string, Map<number, Fate>>()
  /** by what is inserted, how each goes that is repeated until it is acknowledged */
  readonly #repeated = new Map<string, Attempts>()
  #last = 0
  #hopeless = false

  constructor(options: LedgerOptions) {
    this.#options = options
    for (const name of options.names) this.#tried.set(name, new Map())
    const { url } = options
    const connections: Connection[] = []
    const writers: Record<keyof typeof WRITERS, () => (variables: Variables) => Promise<unknown>> = {
      'with id': () => (variables) => ask(url, INSERT, variables),
      'without id': () => (variables) => ask(url, INSERT, { inserts: variables.inserts }),
      'with id over a socket': () => {
        const connection = connect({ url: `${url}/graphql` })
        connections.push(connection)
        return (variables) => connection.request(DOCUMENT, variables)
      },
    }
    const work = Object.entries(WRITERS).flatMap(([how, many]) =>
      Array.from({ length: many }, (_, i) => {
        const insert = writers[how as keyof typeof WRITERS]()
        return this.#work(how, insert, new Random(options.seed, how, i))
      }),
    )
    this.#working = Promise.all(work).finally(() => {
      for (const connection of connections) connection.close()
    })
  }

  /** Resolves when everything with an id is acknowledged. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    const done = new AbortController()
    const late = wait(PATIENCE, undefined, { signal: done.signal }).then(
      () => {
        this.#hopeless = true
        for (const [insert, { began, failures, last }] of this.#repeated)
          this.#options.onViolation(
            `${insert} is never acknowledged: it began ${Math.round(performance.now() - began)} ms ago, and failed ${failures} times, last with ${last}`,
          )
      },
      () => {},
    )
    await Promise.race([this.#working, late])
    done.abort()
  }

  async audit(): Promise<readonly string[]> {
    const { url, interval, names } = this.#options
    const faults = await Promise.all(
      names.map(async (name) => {
        const { series } = (await insist(() => ask(url, READ, { name, interval }))) as Reading
        return this.#compare(
          name,
          new Map(series.buckets.flatMap(({ entries }) => entries.map(({ value, count }) => [value, count]))),
        )
      }),
    )
    await insist(() => ask(url, DELETE, { names }))
    return faults.flat()
  }

  #compare(name: string, stored: ReadonlyMap<number, number>): string[] {
    const tried = this.#tried.get(name) ?? new Map<number, Fate>()
    const twice = [...stored].filter(([, count]) => count !== 1)
    const unknown = [...stored.keys()].filter((value) => !tried.has(value))
    const acknowledged = [...tried].filter(([, fate]) => fate === 'acknowledged')
    const lost = acknowledged.filter(([value]) => !stored.has(value))
    return [
      ...twice.map(([value, count]) => `${value} is ${count} times in ${name}`),
      ...unknown.map((value) => `${value} is in ${name}, where nobody inserted it`),
      ...lost.map(
        ([value]) => `${value} is not in ${name}, though it was acknowledged, as ${acknowledged.length} were`,
      ),
    ]
  }

  async #work(
    how: string,
    insert: (variables: Variables) => Promise<unknown>,
    random: Random,
  ): Promise<void> {
    const { seed, names, count, onViolation } = this.#options
    const repeats = how !== 'without id'
    while (!this.#stopped.signal.aborted) {
      const value = ++this.#last
      const chosen = random.shuffled(names).slice(0, random.pick([1, 1, 2, 3]))
      const variables = { id: `${seed}/${value}`, inserts: chosen.map((name) => ({ name, value })) }
      for (const name of chosen) this.#tried.get(name)?.set(value, 'open')
      const attempts: Attempts = { began: performance.now(), failures: 0, last: undefined }
      if (repeats) this.#repeated.set(`insert ${value} ${how}`, attempts)
      let acknowledged = false
      do {
        try {
          await insert(variables)
          acknowledged = true
          count(`insert acknowledged: ${how}`)
        } catch (error) {
          attempts.failures += 1
          attempts.last = error
          count(`insert failed: ${how}`)
          if (!isPassing(error) && !(error instanceof KairosError && error.code === 'STORE_UNAVAILABLE'))
            onViolation(`an insert ${how} failed: ${error instanceof Error ? error.stack : error}`)
          await wait(random.whole(10, 50))
        }
      } while (repeats && !acknowledged && !this.#hopeless)
      this.#repeated.delete(`insert ${value} ${how}`)
      if (acknowledged) for (const name of chosen) this.#tried.get(name)?.set(value, 'acknowledged')
      await wait(random.whole(0, 20))
    }
  }
}

interface Attempts {
  /** in monotonic milliseconds */
  readonly began: number
  failures: number
  /** what it failed with */
  last: unknown
}

interface Variables {
  readonly id: string
  readonly inserts: readonly { readonly name: string; readonly value: number }[]
}

interface Reading {
  readonly series: {
    readonly buckets: readonly { readonly entries: readonly { value: number; count: number }[] }[]
  }
}

const INSERT =
  'mutation($inserts: [InsertInput!]!, $id: ID) { insertMany(inserts: $inserts, id: $id) { inserted } }'
const DOCUMENT = { toString: () => INSERT }
const READ = `query($name: String!, $interval: String!) {
  series(name: $name, interval: $interval, steps: 2) { buckets { entries { value count } } }
}`
const DELETE = 'mutation($names: [String!]!) { delete(names: $names) { deleted } }'
