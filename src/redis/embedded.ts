import { claimDataFolder, type DataFolder } from './data-folder.ts'
import { EmbeddedRedisError } from './embedded-redis-error.ts'
import { findRedisServer } from './find-server.ts'
import { keepRunning } from './keep-running.ts'
import { launchRedis } from './launch-redis.ts'
import type { Log } from './log.ts'
import { socketAddress } from './private-socket.ts'

export interface EmbeddedRedisOptions {
  /** Holds the data and the socket `redis.sock`; made where missing, readable by this user alone. Default `.kairos/redis`. */
  readonly folder?: string
  /** The redis-server to run, absolute. Default: the first on the PATH, else the private copy. */
  readonly command?: string
  readonly log: Log
}

/** A running redis-server of our own: `new Redis({ path })`. */
export interface EmbeddedRedis {
  /** The unix socket, the only way in. It stays the same when the server dies and is started again. */
  readonly path: string
  /** Resolves when the server died again and again and is not started any more; never rejects. The owner should end. */
  readonly lost: Promise<EmbeddedRedisError>
  /** Ends the server once its data are on disk, and frees the folder. Harmless when repeated. */
  stop(): Promise<void>
}

/**
 * Starts a redis-server as a child that ends with this process, however this process ends. It does not see Ctrl-C:
 * whoever uses it finishes first and then calls `stop`.
 *
 * @throws {EmbeddedRedisError} when there is no fit redis-server, the folder is in use or cannot be written, or the
 * server ends before it is ready.
 */
export async function startEmbeddedRedis(options: EmbeddedRedisOptions): Promise<EmbeddedRedis> {
  if (process.platform === 'win32') {
    throw new EmbeddedRedisError('There is no redis-server for Windows: run Kairos in WSL, or set REDIS_URL.')
  }
  const command = options.command ?? (await findRedisServer())
  const folder = await claimDataFolder(options.folder ?? '.kairos/redis')
  try {
    return await start(command, folder, options.log)
  } catch (error) {
    await folder.release()
    throw error
  }
}

async function start(command: string, folder: DataFolder, log: Log): Promise<EmbeddedRedis> {
  const socket = await socketAddress(folder.path)
  const ending = new AbortController()
  const { signal } = ending
  const launch = () => launchRedis({ command, folder: folder.path, socketPath: socket.path, log, signal })
  const { ended } = await launch().catch(async (error: unknown) => {
    await socket.release()
    throw error
  })
  const over = keepRunning({ ended, launch, log, signal }).finally(async () => {
    await socket.release()
    await folder.release()
  })
  return {
    path: socket.path,
    lost: new Promise((resolve) => {
      over.then(
        (reason) => reason !== undefined && resolve(reason),
        () => {},
      )
    }),
    async stop() {
      ending.abort()
      await over
    },
  }
}
