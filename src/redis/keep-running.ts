import { setTimeout as delay } from 'node:timers/promises'
import { EmbeddedRedisError } from './embedded-redis-error.ts'
import type { Ended } from './launch-redis.ts'
import type { Log } from './log.ts'

const tooOften = { deaths: 3, seconds: 30 }

export interface KeepRunning {
  /** How the server that already runs will end. */
  readonly ended: Ended
  readonly launch: () => Promise<{ ended: Ended }>
  readonly log: Log
  /** Means that the end is wanted. */
  readonly signal: AbortSignal
}

/**
 * Launches the server again whenever it dies, a little later each time.
 *
 * @returns when `signal` was given and the server has ended: nothing; when it died 3 times within 30 seconds, a failed
 * launch being a death: the reason for giving up.
 */
export async function keepRunning(options: KeepRunning): Promise<EmbeddedRedisError | undefined> {
  const { launch, log, signal } = options
  let { ended } = options
  let deaths: number[] = []
  for (;;) {
    const death = await ended
    if (signal.aborted) return undefined
    const now = performance.now() / 1000
    deaths = [...deaths.filter((time) => now - time < tooOften.seconds), now]
    if (deaths.length === tooOften.deaths) {
      const sentence = `The embedded redis-server died ${tooOften.deaths} times within ${tooOften.seconds} seconds.`
      return new EmbeddedRedisError(sentence, death.lines, { cause: death })
    }
    log.warn(`${death.message}\nIt is started again with the same data.`)
    await delay(200 * deaths.length, undefined, { signal }).catch(() => {})
    if (signal.aborted) return undefined
    ended = launch().then((run) => {
      log.info('The embedded redis-server runs again')
      return run.ended
    }, asDeath)
  }
}

function asDeath(error: unknown): EmbeddedRedisError {
  return error instanceof EmbeddedRedisError ? error : new EmbeddedRedisError(String(error))
}
