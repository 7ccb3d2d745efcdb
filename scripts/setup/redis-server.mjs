import { mkdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from './failure.mjs'
import { install } from './package-managers.mjs'
import { copyRedisServer } from './private-redis.mjs'
import { findPrograms, isExecutable, outputOf } from './programs.mjs'
import { privateFolder } from './project.mjs'

const bin = join(privateFolder, 'bin')
const privateServer = join(bin, 'redis-server')

/**
 * Sees to it that there is a redis-server or valkey-server, version 6.2 or newer, on the PATH or in `.kairos/bin`,
 * which is where `src/redis/find-server.ts` looks for one.
 *
 * @throws {Failure} that says what to install
 */
export async function provideRedisServer() {
  if ((await fitServer()) !== undefined) return
  if ((await install('redis', 'Installing redis-server', fitServer)) !== undefined) return
  const lines = await copyRedisServer(privateServer).then(
    () => [],
    (error) => (error instanceof Failure ? error.lines : [String(error)]),
  )
  if (await isFit(privateServer)) return
  const [tooOld] = await serversOnPath()
  throw new Failure(
    `Kairos needs a redis-server or valkey-server, version 6.2 or newer${tooOld ? `, which ${tooOld} is not` : ''}: ` +
      'ask for the package "redis" or "valkey" to be installed on this machine, then repeat this command.',
    lines,
  )
}

/**
 * Whether the server starts a redis-server of its own, as far as flags and environment tell.
 *
 * @param {readonly string[]} args
 * @param {Readonly<Record<string, string | undefined>>} env
 */
export function needsOwnRedis(args, env) {
  return !env.REDIS_URL && !args.some((arg) => arg === '--redis' || arg.startsWith('--redis='))
}

/** @returns {Promise<string | undefined>} */
async function fitServer() {
  for (const file of [...(await serversOnPath()), privateServer]) if (await isFit(file)) return file
  return linkDebiansServer()
}

function serversOnPath() {
  return findPrograms(['redis-server', 'valkey-server'])
}

/** @param {string} file */
async function isFit(file) {
  return (await isExecutable(file)) && isRecentServer(await outputOf([file, '--version']))
}

/**
 * Whether that is what a redis-server or valkey-server of version 6.2 or newer says of itself.
 *
 * @param {string | undefined} text
 */
export function isRecentServer(text) {
  const [, major, minor] = /\bv=(\d+)\.(\d+)/.exec(text ?? '') ?? []
  return Number(major) > 6 || (Number(major) === 6 && Number(minor) >= 2)
}

/**
 * One binary is the server and the checkers of its files, depending on the name by which it is called. Debian's
 * redis-tools brings it under the checkers' names only.
 */
async function linkDebiansServer() {
  const [checker] = await findPrograms(['redis-check-rdb', 'valkey-check-rdb'])
  if (checker === undefined) return undefined
  await mkdir(bin, { recursive: true })
  await rm(privateServer, { force: true })
  await symlink(checker, privateServer)
  if (await isFit(privateServer)) return privateServer
  await rm(privateServer)
  return undefined
}
