import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { EmbeddedRedisError } from './embedded-redis-error.ts'
import { type Leashed, startOnLeash } from './leash.ts'
import type { Log } from './log.ts'
import { isServed, socketName } from './private-socket.ts'

export interface Launch {
  /** The server's binary, absolute. */
  readonly command: string
  readonly folder: string
  /** Where clients reach the socket in `folder`. */
  readonly socketPath: string
  readonly log: Log
  /** Ends the server, also while it starts. */
  readonly signal: AbortSignal
}

/** Settles when the server has ended, for whatever reason, with a sentence about it. Never rejects. */
export type Ended = Promise<EmbeddedRedisError>

/** Reachable through the socket alone; everything is kept, in an append-only file that is synced every second. */
const settings = [
  ...['--port', '0', '--unixsocket', socketName, '--unixsocketperm', '700'],
  ...['--appendonly', 'yes', '--appendfsync', 'everysec', '--aof-use-rdb-preamble', 'yes', '--save', ''],
  ...['--maxmemory-policy', 'noeviction', '--always-show-logo', 'no'],
]

const linesKept = 20
/** Seconds that a server of an earlier run gets to end: its leash kills it after 10. */
const patienceWithOthers = 15
/** Seconds without any answer after which a server that has started is given up. */
const patience = 30
/** Seconds between two lines about a load that takes long; the first comes after one. */
const progressEvery = 5

/**
 * Starts a redis-server in `folder` and waits until it has loaded its data.
 *
 * @throws {EmbeddedRedisError} when it ends before, does not answer, or another one still works in the folder.
 */
export async function launchRedis({
  command,
  folder,
  socketPath,
  log,
  signal,
}: Launch): Promise<{ ended: Ended }> {
  await untilFree(folder, socketPath, log, signal)
  const lines: string[] = []
  let isReady = false
  const leash = await startOnLeash(command, settings, {
    cwd: folder,
    onLine: (line) => {
      lines.push(line)
      if (lines.length > linesKept) lines.shift()
      const warning = /^\d+:\w .*? # (.*)$/.exec(line)?.[1]
      if (isReady && !signal.aborted && warning !== undefined) log.warn(`redis-server: ${warning}`)
    },
  }).catch((cause: Error) => {
    throw new EmbeddedRedisError(`The embedded redis-server did not start: ${cause.message}.`, lines, {
      cause,
    })
  })
  endOnAbort(leash, signal)
  const ended = leash.ended.then((how) => {
    const when = isReady ? '' : ' before it was ready'
    return new EmbeddedRedisError(`The embedded redis-server ended${when} (${how}).`, lines)
  })
  const failure = await untilReady(ended, { socketPath, log })
  if (failure !== undefined) {
    leash.release()
    await ended
    throw failure
  }
  isReady = true
  return { ended }
}

/** After a crash of Kairos its server may take a moment to end; two of them must never write to one folder. */
async function untilFree(folder: string, socketPath: string, log: Log, signal: AbortSignal): Promise<void> {
  for (let waited = 0; await isServed(socketPath); waited += 0.1) {
    if (waited === 0) log.info(`Waiting for the redis-server of an earlier run in ${folder} to end`)
    if (waited > patienceWithOthers || signal.aborted) {
      throw new EmbeddedRedisError(
        `Another redis-server works in ${folder} and does not end: ` +
          `stop it with "redis-cli -s ${socketPath} shutdown" if nothing needs it, or start Kairos in another folder.`,
      )
    }
    await delay(100)
  }
}

function endOnAbort(leash: Leashed, signal: AbortSignal): void {
  if (signal.aborted) leash.release()
  signal.addEventListener('abort', leash.release)
  leash.ended.then(() => signal.removeEventListener('abort', leash.release))
}

/** Resolves when the server has loaded its data, or with the reason why it never will. */
async function untilReady(
  ended: Ended,
  { socketPath, log }: Pick<Launch, 'socketPath' | 'log'>,
): Promise<EmbeddedRedisError | undefined> {
  const client = new Redis({
    path: socketPath,
    retryStrategy: () => 20,
    enableReadyCheck: false,
    maxRetriesPerRequest: null,
  })
  client.on('error', () => {})
  try {
    return await Promise.race([ended, untilLoaded(client, log)])
  } finally {
    client.disconnect()
  }
}

async function untilLoaded(client: Redis, log: Log): Promise<EmbeddedRedisError | undefined> {
  let nextReport = performance.now() + 1000
  for (;;) {
    const info = await Promise.race([
      client.info('persistence'),
      delay(patience * 1000, undefined, { ref: false }),
    ])
    if (info === undefined) {
      return new EmbeddedRedisError(`The embedded redis-server has not answered for ${patience} seconds.`)
    }
    if (/^loading:0/m.test(info)) return undefined
    if (performance.now() > nextReport) {
      nextReport += progressEvery * 1000
      const percent = /^loading_loaded_perc:(\d+)/m.exec(info)?.[1] ?? '0'
      log.info(`The embedded Redis loads its data: ${percent} %`)
    }
    await delay(100)
  }
}
