import { chmod, mkdir, open, readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { EmbeddedRedisError } from './embedded-redis-error.ts'
import { processBirth } from './process-birth.ts'

/** A folder that this process alone may let a redis-server work in. */
export interface DataFolder {
  /** Absolute. */
  readonly path: string
  /** Lets others have it. */
  release(): Promise<void>
}

/** Seconds that a rival gets to give way. */
const patience = 1

/**
 * Makes the folder (0700) where it is missing and claims it for this process.
 *
 * A claim is an empty file `owner.<pid>.<birth>`: its name says everything, so it is never half written, and the file
 * of a dead process can be removed without a race, for no other process will ever make one of that name. Everyone
 * makes a claim first and looks for others then, so of two at least the later one sees the other. Of those that see
 * each other the one with the lowest pid stays, and has the folder once the others have gone.
 *
 * @throws {EmbeddedRedisError} when a living process has claimed it, or the folder cannot be written.
 */
export async function claimDataFolder(folder: string): Promise<DataFolder> {
  const path = resolve(folder)
  await makePrivate(path)
  const claim = join(path, `owner.${process.pid}.${await processBirth(process.pid)}`)
  if (!(await makeClaim(claim))) throw inUse(path, process.pid)
  for (let waited = 0; ; waited += 0.02) {
    const others = await otherOwners(path, claim)
    const first = Math.min(...others)
    if (others.length === 0) return { path, release: () => rm(claim, { force: true }) }
    if (first < process.pid || waited > patience) {
      await rm(claim, { force: true })
      throw inUse(path, first)
    }
    await delay(20)
  }
}

function inUse(path: string, owner: number): EmbeddedRedisError {
  return new EmbeddedRedisError(
    `The folder ${path} already serves another Kairos (process ${owner}): ` +
      'stop that one, start this one in another folder, or set REDIS_URL.',
  )
}

async function makePrivate(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
    await chmod(path, 0o700)
  } catch (error) {
    throw unusable(path, error)
  }
}

/** False where this very process has claimed the folder before. */
async function makeClaim(claim: string): Promise<boolean> {
  try {
    const file = await open(claim, 'wx', 0o600)
    await file.close()
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw unusable(resolve(claim, '..'), error)
  }
}

/** The pids of the other living processes with a claim; claims of the dead are removed. */
async function otherOwners(path: string, claim: string): Promise<number[]> {
  const owners: number[] = []
  for (const name of await readdir(path)) {
    const [, pid, birth] = /^owner\.(\d+)\.(\w+)$/.exec(name) ?? []
    if (pid === undefined || join(path, name) === claim) continue
    if ((await processBirth(Number(pid))) === birth) owners.push(Number(pid))
    else await rm(join(path, name), { force: true })
  }
  return owners
}

function unusable(path: string, error: unknown): EmbeddedRedisError {
  return new EmbeddedRedisError(
    `The folder ${path} cannot hold the embedded Redis (${codeOf(error) ?? 'unknown reason'}): ` +
      'make it writable for this user, start Kairos in another folder, or set REDIS_URL.',
    [],
    { cause: error },
  )
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
