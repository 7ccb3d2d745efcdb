import { Batch, type KeyGroup } from './batch.ts'
import { type Client, isCluster, slotOf } from './cluster.ts'
import { KairosError } from './errors.ts'
import type { Stored } from './kinds/index.ts'
import type { Layout } from './layouts/layout.ts'
import { writeScript } from './lua/scripts.ts'
import { bookkeeping } from './model.ts'
import type { StoreObserver } from './observer.ts'
import { MARKER_LIFE, type Once } from './once.ts'
import { foreignKey } from './redis-errors.ts'

/** What became of a batch. */
export interface InsertResult {
  /** values kept by at least one interval */
  readonly inserted: number
  /** values too old for every interval, and so dropped */
  readonly expired: number
  /** true where the `id` had been applied before and nothing was written now; the counts are the first call's */
  readonly duplicate: boolean
}

export interface WriterOptions {
  /** of every key, as configured */
  readonly prefix: string
  readonly layout: Layout
  /** where names are entered; absent: nowhere */
  readonly catalogue?: Names | undefined
  /** what is written goes over this one, and is acknowledged when a replica has it, too; absent: when it is written */
  readonly replicated?: Client | undefined
  readonly observer?: StoreObserver | undefined
}

/** The names of stored series. */
interface Names {
  /** what its keys begin with */
  readonly prefix: string
  /** Enters names with when their last key expires, in Unix milliseconds. */
  record(expiries: readonly (readonly [name: string, expiry: string])[]): Promise<void>
  /** Enters the names of keys that are there. */
  enter(keys: readonly { readonly key: string; readonly name: string }[]): Promise<void>
}

/** What makes a batch happen once where it lies. */
interface Marker {
  readonly key: string
  readonly fingerprint: string
}

/** A request, or what of it lies in one slot of a Cluster, that waits to be written. */
interface Request {
  readonly batch: Batch
  readonly once: Marker | undefined
  readonly slot: number
  readonly settle: (reply: string) => void
  readonly fail: (error: unknown) => void
}

/** What goes to Redis as one: a request with an id, or neighbouring ones without, merged. */
interface Lane {
  readonly batch: Batch
  readonly once: Marker | undefined
  readonly requests: Request[]
}

/** Redis takes about a million arguments in one command. */
const MOST_ARGUMENTS = 1_000_000
/** Lanes and calls are not made larger than this by gathering, so that Redis is not kept from others for long. */
const GATHERED_ARGUMENTS = 50_000
const GATHERED_PARTS = 10_000

/** In place of the catalogue's key: what is to be entered is replied. */
const REPORTED = '?'

/**
 * Writes batches, those of one turn of the event loop in the order in which they come. They share a script call, and what
 * has no id is coalesced; each request is still written whole or not at all, and hears of its own faults alone. On a Cluster
 * that goes for what of a request lies in one slot, so for each series: the slots are written apart, at once.
 */
export class Writer {
  readonly #redis: Client
  readonly #replicated: Client | undefined
  readonly #prefix: string
  readonly #layout: Layout
  readonly #catalogue: Names | undefined
  /** what `write.lua` is told of it */
  readonly #names: string
  readonly #observer: StoreObserver | undefined
  #requests: Request[] = []
  #turn: NodeJS.Immediate | undefined

  constructor(redis: Client, { prefix, layout, catalogue, replicated, observer }: WriterOptions) {
    this.#redis = redis
    this.#replicated = replicated
    this.#prefix = prefix
    this.#layout = layout
    this.#catalogue = catalogue
    const elsewhere = isCluster(redis) ? REPORTED : catalogue?.prefix
    this.#names = catalogue ? (elsewhere ?? '') : ''
    this.#observer = observer
  }

  /**
   * Writes everything, or nothing; on a Cluster all of a series, or nothing of it, and with an id a repeat completes what is
   * missing. Throws TYPE_MISMATCH where a key holds something else, BAD_USER_INPUT where a sum
   * would leave ±(2^53−1), where the id was used for another request, or where the batch is too large for one command;
   * STORE_UNAVAILABLE, after which it may have been written.
   */
  async write(batch: Batch, once?: Once): Promise<InsertResult> {
    if (!isCluster(this.#redis)) return await this.#writeIn(0, batch, once)
    const parts = batch.split((name) => slotOf(this.#layout.tag(name)))
    // What records nothing happens once, too.
    if (parts.size === 0) return await this.#writeIn(once ? slotOf(once.key) : 0, batch, once)
    const writing = [...parts].map(([slot, part]) => this.#writeIn(slot, part, once))
    // Whoever hears of a fault can count on it that nothing of the request is under way any more.
    const results = (await Promise.allSettled(writing)).map((each) => {
      if (each.status === 'rejected') throw each.reason
      return each.value
    })
    return results.reduce(sum, { inserted: 0, expired: 0, duplicate: true })
  }

  async #writeIn(slot: number, batch: Batch, once: Once | undefined): Promise<InsertResult> {
    const result = { inserted: batch.inserted, expired: batch.expired, duplicate: false }
    if (batch.inserted === 0 && !once) return result
    const marker = once && { ...once, key: bookkeeping(this.#redis, this.#prefix, slot) + once.key }
    const reply = await new Promise<string>((settle, fail) => {
      this.#requests.push({ batch, once: marker, slot, settle, fail })
      this.#turn ??= setImmediate(() => this.flush())
    })
    return outcome(reply, result)
  }

  /** Sends at once what waits for the end of the turn. */
  flush(): void {
    clearImmediate(this.#turn)
    this.#turn = undefined
    const requests = this.#requests
    if (requests.length === 0) return
    this.#requests = []
    const slots = new Map<number, Request[]>()
    for (const request of requests) {
      const others = slots.get(request.slot)
      if (others) others.push(request)
      else slots.set(request.slot, [request])
    }
    for (const inSlot of slots.values()) this.#send(lanesOf(inSlot))
  }

  /** Starts as many calls as it takes; one is not divided. */
  #send(lanes: readonly Lane[]): void {
    let call = new Call(this.#layout, this.#names)
    for (const lane of lanes) {
      if (call.lanes.length > 0 && call.size > GATHERED_ARGUMENTS) {
        void this.#perform(call)
        call = new Call(this.#layout, this.#names)
      }
      try {
        call.addLane(lane)
      } catch (error) {
        // A mistake of ours; thrown from here it would end the process.
        for (const request of lane.requests) request.fail(error)
      }
    }
    if (call.lanes.length > 0) void this.#perform(call)
  }

  async #perform({ lanes, keys, args }: Call): Promise<void> {
    try {
      if (keys.length + args.length > MOST_ARGUMENTS) {
        throw new KairosError('BAD_USER_INPUT', 'too many values for one atomic write: divide them')
      }
      this.#observer?.writing(
        lanes.reduce((sum, { requests }) => sum + requests.length, 0),
        keys.length,
      )
      const replies = await this.#run(lanes, keys, args)
      await this.#enterNames(lanes, replies)
      this.#settle(lanes, replies)
    } catch (error) {
      for (const { requests } of lanes) for (const request of requests) request.fail(error)
    }
  }

  /** What has an id may be sent again: it is written once. */
  async #run(lanes: readonly Lane[], keys: readonly string[], args: readonly Stored[]): Promise<string[]> {
    const repeatable = lanes.every(({ once }) => once)
    const confirmed = this.#replicated !== undefined
    const client = this.#replicated ?? this.#redis
    const replies = await writeScript[repeatable ? 'run' : 'runOnce'](client, keys, args, { confirmed })
    if (!Array.isArray(replies)) throw new Error(`write.lua replied ${JSON.stringify(replies)}`)
    return replies.map(String)
  }

  /** On a Cluster, where the catalogue lies elsewhere. What was written before may have been lost on the way there. */
  async #enterNames(lanes: readonly Lane[], replies: readonly string[]): Promise<void> {
    if (this.#names !== REPORTED) return
    const created = replies.flatMap((reply): [string, string][] =>
      reply.startsWith('WRITTEN [') ? JSON.parse(reply.slice('WRITTEN '.length)) : [],
    )
    const known = lanes.filter((_, i) => replies[i]?.startsWith('DUPLICATE'))
    const keys = known.flatMap(({ batch }) => batch.groups().flatMap(({ keys }) => keys))
    await this.#catalogue?.record(created)
    await this.#catalogue?.enter(
      keys.flatMap((key) => {
        const name = this.#layout.locate(key)?.name
        return name === undefined ? [] : [{ key, name }]
      }),
    )
  }

  #settle(lanes: readonly Lane[], replies: readonly string[]): void {
    for (const [i, { requests }] of lanes.entries()) {
      const reply = replies[i] ?? ''
      if (requests.length > 1 && !reply.startsWith('WRITTEN')) {
        // One of them is at fault, and nothing was written of it or of what came later: now each speaks for itself.
        const apart = requests.map((request) => ({ ...request, requests: [request] }))
        this.#send([...apart, ...lanes.slice(i + 1)])
        return
      }
      for (const request of requests) request.settle(reply)
    }
  }
}

/** Writes groups of keys at once, outside of any request. Throws as `Writer.write`. */
export async function writeGroups(redis: Client, layout: Layout, groups: readonly KeyGroup[]): Promise<void> {
  const call = new Call(layout, '')
  call.add(groups)
  const replies = await writeScript.runOnce(redis, call.keys, call.args)
  outcome(String(replies), { inserted: 0, expired: 0, duplicate: false })
}

/** How a batch is tried. */
interface Trial {
  /** what a repeat is to be told */
  readonly result?: string
  readonly once?: Marker | undefined
  /** whether nothing that comes after it in the call is to be tried if it fails; default false */
  readonly decisive?: boolean
}

/** One call of `write.lua`. */
class Call {
  readonly lanes: Lane[] = []
  readonly keys: string[] = []
  readonly args: Stored[]

  constructor({ prefix, full }: Layout, catalogue: string) {
    this.args = [MARKER_LIFE, catalogue, Buffer.byteLength(prefix), full ?? '']
  }

  get size(): number {
    return this.keys.length + this.args.length
  }

  addLane(lane: Lane): void {
    const { batch, once } = lane
    const result = `${batch.inserted} ${batch.expired}`
    this.add(batch.groups(), { result, once, decisive: lane.requests.length > 1 })
    this.lanes.push(lane)
  }

  add(groups: readonly KeyGroup[], { result = '', once, decisive = false }: Trial = {}): void {
    if (once) this.keys.push(once.key)
    this.args.push(once?.fingerprint ?? '', result, decisive ? '1' : '', groups.length)
    for (const { command, life, width, keys, args } of groups) {
      this.args.push(command, life ?? '', keys.length, width)
      for (const key of keys) this.keys.push(key)
      for (const arg of args) this.args.push(arg)
    }
  }
}

/** In the order of the requests: one with an id by itself, neighbours without merged. */
function lanesOf(requests: readonly Request[]): Lane[] {
  const runs: Request[][] = []
  let parts = 0
  for (const request of requests) {
    const run = runs.at(-1)
    const [first] = run ?? []
    // Lives are counted from a batch's own time, and a clock may jump.
    const alike = first && !first.once && !request.once && Math.abs(first.batch.now - request.batch.now) < 1
    parts += request.batch.size
    if (run && alike && parts <= GATHERED_PARTS) {
      run.push(request)
    } else {
      runs.push([request])
      parts = request.batch.size
    }
  }
  return runs.map(mergedLane)
}

function mergedLane(requests: readonly Request[]): Lane {
  const [first, ...others] = requests
  if (!first) throw new Error('a lane needs a request')
  if (others.length === 0) return { ...first, requests: [first] }
  const batch = new Batch(first.batch.now)
  for (const request of requests) batch.addAll(request.batch)
  return { batch, once: undefined, requests: [...requests] }
}

/** What became of two parts of a request. */
function sum(a: InsertResult, b: InsertResult): InsertResult {
  return {
    inserted: a.inserted + b.inserted,
    expired: a.expired + b.expired,
    duplicate: a.duplicate && b.duplicate,
  }
}

function outcome(reply: string, result: InsertResult): InsertResult {
  const [status, inserted, expired] = reply.split(' ')
  switch (status) {
    case 'WRITTEN':
      return result
    case 'DUPLICATE':
      return { inserted: Number(inserted), expired: Number(expired), duplicate: true }
    case 'CONFLICT':
      throw new KairosError('BAD_USER_INPUT', 'this id was used for another request within the last day')
    case 'OVERFLOW':
      throw new KairosError('BAD_USER_INPUT', 'the total would leave the range of exact numbers, ±(2^53−1)')
    case 'FOREIGN':
      throw foreignKey()
    default:
      throw new Error(`write.lua replied ${reply}`)
  }
}
