import { setTimeout as wait } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { KairosError, Timeseries } from '../../../src/kairos/index.ts'
import { Random } from './random.ts'
import { rawWrite } from './raw-writes.ts'
import {
  INTERVALS,
  type Layout,
  MUCH,
  NAMES,
  prefixOf,
  randomTime,
  randomValue,
  TYPES,
  type Type,
  WITNESS,
} from './series.ts'
import { clientOf, type Shared, type Writing } from './world.ts'

export interface WriterOptions extends Shared {
  readonly servers: readonly Addressed[]
  /** the port of their Redis, for those who write past them; absent: nobody does */
  readonly redis?: number
  /** of the choices of this round */
  readonly seed: string
}

/** Where a server is, or several of one layout. */
interface Addressed {
  readonly url: string
  readonly layout: Layout
}

/** What may be answered when a fault is under way. Anything else that a writer is told is a mistake. */
const PASSING = new Set(['STORE_UNAVAILABLE'])

/** Those who write: through each server, through the engine, and with redis-cli. Each waits for its write before the next. */
export class Writers implements Writing {
  readonly #options: WriterOptions
  readonly #stopped = new AbortController()
  readonly #working: Promise<unknown>

  constructor(options: WriterOptions) {
    this.#options = options
    const client = options.redis === undefined ? undefined : clientOf(options.redis)
    const writers: Record<string, (server: Addressed, random: Random) => Promise<void>> = {
      GraphQL: this.#graphql,
      witness: this.#witness,
      much: this.#much,
      ...(client && {
        engine: ({ layout }, random) => this.#engine(client, layout, random),
        'redis-cli': ({ layout }, random) => this.#redisCli(client, layout, random),
      }),
    }
    const all = options.servers.flatMap((server) =>
      Object.entries(writers).map(([name, write]) => {
        const random = new Random(options.seed, name, server.layout)
        return this.#work(name, () => write.call(this, server, random), random)
      }),
    )
    this.#working = Promise.all(all).finally(() => client?.disconnect())
  }

  /** Resolves when the last write was answered. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#working
  }

  async #work(name: string, write: () => Promise<void>, random: Random): Promise<void> {
    const { count, onViolation } = this.#options
    while (!this.#stopped.signal.aborted) {
      try {
        await write()
        count(`write: ${name}`)
      } catch (error) {
        if (isPassing(error)) count(`write failed: ${name}`)
        else onViolation(`a write by ${name} failed: ${error instanceof Error ? error.stack : error}`)
      }
      await wait(random.whole(2, 40))
    }
  }

  async #graphql({ url }: Addressed, random: Random): Promise<void> {
    const what = random.fraction()
    if (what < 0.03) await ask(url, DELETE, { names: [nameOf(random.pick(TYPES), random)] })
    else if (what < 0.6)
      await ask(url, INSERT, { ...randomInsert(random), spread: random.pick([0, 0, 0, 1, -2]) })
    else {
      const inserts = Array.from({ length: random.whole(1, 20) }, () => randomInsert(random))
      await ask(url, INSERT_MANY, { inserts })
    }
  }

  async #engine(client: Redis, layout: Layout, random: Random): Promise<void> {
    const type = random.pick(TYPES)
    const series = new Timeseries<Type, string>(client, {
      type,
      prefix: prefixOf(layout),
      layout,
      intervals: INTERVALS,
    })
    const name = nameOf(type, random)
    if (random.chance(0.03)) await series.delete(name)
    else {
      const values = Array.from({ length: random.whole(1, 5) }, () => randomValue(type, random))
      await series.insert(name, values, { timestamp: randomTime(random) })
    }
  }

  async #redisCli(client: Redis, layout: Layout, random: Random): Promise<void> {
    try {
      await rawWrite(client, layout, random)
    } catch (error) {
      // The key has gone meanwhile, the list is shorter, the other key is the same, or the count has a fraction.
      if (
        !(
          isReply(error) &&
          /^ERR (no such key|index out of range|source and destination objects are the same|value is not an integer)/.test(
            error.message,
          )
        )
      )
        throw error
    }
  }

  async #much({ url }: Addressed, random: Random): Promise<void> {
    const inserts = Array.from({ length: random.whole(1, 10) }, () => ({ name: MUCH.name, value: MUCH.text }))
    await ask(url, INSERT_MANY, { inserts })
    await wait(100)
  }

  async #witness({ url }: Addressed, random: Random): Promise<void> {
    await ask(url, INSERT, { name: WITNESS.name, value: random.whole(1, 9), spread: 0 })
  }
}

function nameOf(type: Type, random: Random): string {
  return `${type}.${random.pick(NAMES)}`
}

function randomInsert(random: Random) {
  const type = random.pick(TYPES)
  return { name: nameOf(type, random), value: randomValue(type, random), timestamp: randomTime(random) }
}

const DELETE = 'mutation($names: [String!]!) { delete(names: $names) { deleted } }'
const INSERT_MANY = 'mutation($inserts: [InsertInput!]!) { insertMany(inserts: $inserts) { inserted } }'
const INSERT = `mutation($name: String!, $value: Value, $timestamp: Timestamp, $spread: Int!) {
  insert(name: $name, value: $value, timestamp: $timestamp, spread: $spread) { inserted }
}`

/** A server did not do what it was asked to, and said so. */
class Refused extends Error {
  readonly code: string

  constructor(code: string, text: string) {
    super(text)
    this.code = code
  }
}

/** The data of the answer. */
export async function ask(url: string, query: string, variables: object): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(20_000),
  })
  if (response.status === 503) throw new Refused('STORE_UNAVAILABLE', await response.text()) // it is starting, or ending
  const { data, errors } = await response.json()
  if (errors) throw new Refused(errors[0].extensions?.code ?? '', JSON.stringify(errors))
  return data
}

export function isPassing(error: unknown): boolean {
  if (error instanceof Refused || error instanceof KairosError) return PASSING.has(error.code)
  if (isReply(error)) return /^(LOADING|READONLY|UNBLOCKED)/.test(error.message)
  if (!(error instanceof Error)) return false
  // No connection: of fetch, of ioredis.
  return /fetch failed|terminated|aborted|Connection is closed|isn't writeable|MaxRetries|max retries/i.test(
    error.message,
  )
}

/** Redis answered, but not with what was asked for. */
function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError'
}
