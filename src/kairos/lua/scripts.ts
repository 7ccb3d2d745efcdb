import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Command, type Redis } from 'ioredis'
import { type Client, isCluster, masterOf } from '../cluster.ts'
import { confirm } from '../confirm.ts'
import type { StoreObserver } from '../observer.ts'
import { explain, rethrow } from '../redis-errors.ts'
import { SingleCommand, TracedCommand } from './single-command.ts'

type Arguments = readonly (string | number | Buffer)[]

/**
 * A Lua script of this folder, sent once to each server and then called by its hash. Its calls throw TYPE_MISMATCH where
 * a key holds a foreign type, STORE_UNAVAILABLE where Redis cannot be reached or refuses to serve.
 */
class Script {
  readonly #name: string
  readonly #alone: Source
  readonly #inCluster: Source

  constructor(file: `./${string}.lua`) {
    this.#name = file.slice(2, -4)
    const text = readFileSync(new URL(file, import.meta.url), 'utf8')
    this.#alone = sourceOf(text)
    this.#inCluster = sourceOf(AT_REST + text)
  }

  /** Gives what the script replied. The client may send it again when the connection is lost meanwhile. */
  async run(redis: Client, keys: readonly string[], args: Arguments, how?: Confirmation): Promise<unknown> {
    return await this.#observed(redis, TracedCommand, keys, args, how)
  }

  /** As `run`, but never sent a second time: where the reply is lost, it may or may not have run. */
  async runOnce(
    redis: Client,
    keys: readonly string[],
    args: Arguments,
    how?: Confirmation,
  ): Promise<unknown> {
    return await this.#observed(redis, SingleCommand, keys, args, how)
  }

  /** As `run`, for a script that replies in JSON. */
  async runForJson(redis: Client, keys: readonly string[], args: Arguments): Promise<unknown> {
    return JSON.parse(String(await this.run(redis, keys, args)))
  }

  /** Sent ahead, so that a first call stays in its place among the commands that follow it. */
  #load(redis: Redis | undefined, { text, sha }: Source): void {
    if (!redis) return
    const known = loadedBy(redis)
    if (known.has(sha)) return
    known.add(sha)
    const loading = redis.sendCommand(new Command('script', ['LOAD', text]))
    Promise.resolve(loading).catch(() => known.delete(sha))
  }

  async #observed(
    redis: Client,
    Sort: typeof TracedCommand,
    keys: readonly string[],
    args: Arguments,
    how?: Confirmation,
  ): Promise<unknown> {
    const observer = observers.get(redis)
    if (!observer) return await this.#call(redis, Sort, keys, args, how)
    const start = performance.now()
    try {
      const reply = await this.#call(redis, Sort, keys, args, how)
      observer.scriptRan(this.#name, performance.now() - start)
      return reply
    } catch (error) {
      observer.scriptRan(this.#name, performance.now() - start, error)
      throw error
    }
  }

  async #call(
    redis: Client,
    Sort: typeof TracedCommand,
    keys: readonly string[],
    args: Arguments,
    { confirmed = false }: Confirmation = {},
  ): Promise<unknown> {
    const send = async (name: 'evalsha' | 'eval', script: string) => {
      const command = new Sort(name, [script, keys.length, ...keys, ...args], { replyEncoding: 'utf8' })
      const reply = await redis.sendCommand(command)
      if (confirmed) await confirm(redis, command.connection)
      return reply
    }
    const source = isCluster(redis) ? this.#inCluster : this.#alone
    this.#load(masterOf(redis, keys[0] ?? ''), source)
    try {
      return await send('evalsha', source.sha)
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw explain(error)
      return await send('eval', source.text).catch(rethrow)
    }
  }
}

interface Confirmation {
  /** whether a replica must have what was done before there is a reply; default false */
  readonly confirmed?: boolean
}

interface Source {
  readonly text: string
  readonly sha: string
}

function sourceOf(text: string): Source {
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}

/**
 * While a Cluster moves a slot, a key that is missing in the old place may be in the new one; a script that came upon it
 * midway would have done half. So nothing is begun there; the client tries again, until the slot has been moved.
 */
const AT_REST = `
local probe = KEYS[1] and redis.pcall('EXISTS', KEYS[1] .. ':?')
if type(probe) == 'table' and probe.err then return redis.error_reply('TRYAGAIN the slot is being moved') end
`

const observers = new WeakMap<Client, StoreObserver>()

/** Has `observer` hear of every call that goes over this client from now on. */
export function observeScripts(redis: Client, observer: StoreObserver): void {
  observers.set(redis, observer)
}

/** The scripts that a client has sent to the server to which it is connected. */
const loaded = new WeakMap<Redis, Set<string>>()

function loadedBy(redis: Redis): Set<string> {
  const known = loaded.get(redis)
  if (known) return known
  const none = new Set<string>()
  loaded.set(redis, none)
  redis.on('close', () => none.clear()) // the next server may be another one
  return none
}

/** `write.lua`: batches, of each all or nothing. */
export const writeScript = new Script('./write.lua')

/** `read.lua`: buckets of layout kairos. */
export const readScript = new Script('./read.lua')

/** `read-chunks.lua`: chunks of layout packed. */
export const readChunksScript = new Script('./read-chunks.lua')

/** `remove.lua`: deletes whole series of layout packed. */
export const removeScript = new Script('./remove.lua')

/** `names.lua`: a page of the catalogue. */
export const namesScript = new Script('./names.lua')

/** `forget.lua`: takes a name out of the catalogue. */
export const forgetScript = new Script('./forget.lua')

/** `replace.lua`: a text in place of another. */
export const replaceScript = new Script('./replace.lua')
