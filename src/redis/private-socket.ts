import { createHash } from 'node:crypto'
import { lstat, readlink, rm, symlink } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EmbeddedRedisError } from './embedded-redis-error.ts'

/** The socket's name in the data folder. */
export const socketName = 'redis.sock'

/** Bytes that fit into a socket's address on every system: `sun_path` holds 108 on Linux, 104 on macOS and the BSDs. */
const longest = 100

export interface SocketAddress {
  readonly path: string
  release(): Promise<void>
}

/**
 * The path by which a client reaches the socket in `folder`. Where that is too long for an address, it leads through
 * a short link in the system's temporary folder; the socket itself always lies in the (private) data folder.
 *
 * @throws {EmbeddedRedisError} when something that is not ours bears the link's name.
 */
export async function socketAddress(folder: string): Promise<SocketAddress> {
  const path = join(folder, socketName)
  if (Buffer.byteLength(path) <= longest) return { path, release: async () => {} }
  const id = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  const link = join(tmpdir(), `kairos-${id}`)
  await symlink(folder, link).catch(() => {})
  if (!(await isOurLink(link, folder))) {
    throw new EmbeddedRedisError(
      `The path ${path} is too long for a socket, and ${link} could not be made a link to its folder: ` +
        'start Kairos in a folder with a shorter path, or set REDIS_URL.',
    )
  }
  return { path: join(link, socketName), release: () => rm(link, { force: true }) }
}

/** In a temporary folder others may write too, but what is ours they can neither remove nor replace there. */
async function isOurLink(link: string, folder: string): Promise<boolean> {
  try {
    const { uid } = await lstat(link)
    return uid === process.getuid?.() && (await readlink(link)) === folder
  } catch {
    return false
  }
}

/** Whether some process listens at `path`; a socket file that a dead one left behind does not count. */
export function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path)
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.once('error', (error) => resolve('code' in error && error.code === 'EAGAIN'))
  })
}
