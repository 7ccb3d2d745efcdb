import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Redis } from 'ioredis'

/** A Lua script of this folder, sent once to each server and then called by its hash. */
class Script {
  readonly #source: string
  readonly #sha: string

  constructor(file: string) {
    this.#source = readFileSync(new URL(file, import.meta.url), 'utf8')
    this.#sha = createHash('sha1').update(this.#source).digest('hex')
  }

  async run(redis: Redis, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    try {
      return await redis.evalsha(this.#sha, keys.length, ...keys, ...args)
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
      return await redis.eval(this.#source, keys.length, ...keys, ...args)
    }
  }
}

/** `write.lua`: one batch, all of it or nothing. */
export const writeScript = new Script('./write.lua')

/** `read.lua`: whole buckets in one round trip. */
export const readScript = new Script('./read.lua')
