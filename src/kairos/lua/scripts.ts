import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Command, type Redis } from 'ioredis'
import type { StoreObserver } from '../observer.ts'
import { explain, rethrow } from '../redis-errors.ts'
import { SingleCommand } from './single-command.ts'

type Arguments = readonly (string | number | Buffer)[]

/**
 * A Lua script of this folder, sent once to each server and then called by its hash. Its calls throw TYPE_MISMATCH where
 * a key holds a foreign type, STORE_UNAVAILABLE where Redis cannot be reached or refuses to serve.
 */
class Script {
  readonly #name: string
  readonly #source: string
  readonly #sha: string

  constructor(file: `./${string}.lua`) {
    this.#name = file.slice(2, -4)
    this.#source = readFileSync(new URL(file, import.meta.url), 'utf8')
    this.#sha = createHash('sha1').update(this.#source).digest('hex')
  }

  /** Gives what the script replied. The client may send it again when the connection is lost meanwhile. */
  async run(redis: Redis, keys: readonly string[], args: Arguments): Promise<unknown> {
    return await this.#observed(redis, Command, keys, args)
  }

  /** As `run`, but never sent a second time: where the reply is lost, it may or may not have run. */
  async runOnce(redis: Redis, keys: readonly string[], args: Arguments): Promise<unknown> {
    return await this.#observed(redis, SingleCommand, keys, args)
  }

  /** As `run`, for a script that replies in JSON. */
  async runForJson(redis: Redis, keys: readonly string[], args: Arguments): Promise<unknown> {
    return JSON.parse(String(await this.run(redis, keys, args)))
  }

  /** Sent ahead, so that a first call stays in its place among the commands that follow it. */
  #load(redis: Redis): void {
    const known = loadedBy(redis)
    if (known.has(this.#sha)) return
    known.add(this.#sha)
    const loading = redis.sendCommand(new Command('script', ['LOAD', this.#source]))
    Promise.resolve(loading).catch(() => known.delete(this.#sha))
  }

  async #observed(
    redis: Redis,
    Sort: typeof Command,
    keys: readonly string[],
    args: Arguments,
  ): Promise<unknown> {
    const observer = observers.get(redis)
    if (!observer) return await this.#call(redis, Sort, keys, args)
    const start = performance.now()
    let failed = true
    try {
      const reply = await this.#call(redis, Sort, keys, args)
      failed = false
      return reply
    } finally {
      observer.scriptRan(this.#name, performance.now() - start, failed)
    }
  }

  async #call(
    redis: Redis,
    Sort: typeof Command,
    keys: readonly string[],
    args: Arguments,
  ): Promise<unknown> {
    const send = async (name: 'evalsha' | 'eval', script: string) =>
      await redis.sendCommand(
        new Sort(name, [script, keys.length, ...keys, ...args], { replyEncoding: 'utf8' }),
      )
    this.#load(redis)
    try {
      return await send('evalsha', this.#sha)
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw explain(error)
      return await send('eval', this.#source).catch(rethrow)
    }
  }
}

const observers = new WeakMap<Redis, StoreObserver>()

/** Has `observer` hear of every call that goes over this client from now on. */
export function observeScripts(redis: Redis, observer: StoreObserver): void {
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
