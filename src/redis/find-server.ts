import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { EmbeddedRedisError } from './embedded-redis-error.ts'

/** Where `scripts/setup.mjs` puts a redis-server of Kairos's own: this folder is all that the two agree on. */
const privateFolder = fileURLToPath(new URL('../../.kairos/bin', import.meta.url))

const oldest = { major: 6, minor: 2 }

/**
 * The absolute path of a redis-server or valkey-server, version 6.2 or newer: the first on `searchPath` (default:
 * the PATH of this process), else the private copy.
 *
 * @throws {EmbeddedRedisError} when there is none; it names those that are too old or do not run.
 */
export async function findRedisServer(searchPath = process.env.PATH ?? ''): Promise<string> {
  const unfit: string[] = []
  for (const file of candidates(searchPath)) {
    if (!(await isExecutable(file))) continue
    const version = await versionOf(file)
    if (version !== undefined && isRecent(version)) return file
    unfit.push(version === undefined ? `${file} does not run` : `${file} is version ${version}`)
  }
  const found = unfit.length === 0 ? '' : ` (${unfit.join('; ')})`
  throw new EmbeddedRedisError(
    `Kairos found no redis-server or valkey-server ${oldest.major}.${oldest.minor} or newer${found}: ` +
      'install one ("apt-get install redis-server", "brew install redis"), ' +
      'or name a Redis that already runs: "--redis redis://localhost:6379", or the same in REDIS_URL.',
  )
}

function candidates(searchPath: string): string[] {
  const folders = searchPath.split(delimiter).filter((folder) => folder !== '')
  const onPath = folders.flatMap((folder) => [
    resolve(folder, 'redis-server'),
    resolve(folder, 'valkey-server'),
  ])
  return [...onPath, join(privateFolder, 'redis-server')]
}

function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  )
}

async function versionOf(file: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(file, ['--version'], { timeout: 10_000 })
    return /\bv=(\d+\.\d+\S*)/.exec(stdout)?.[1]
  } catch {
    return undefined
  }
}

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > oldest.major || (major === oldest.major && minor >= oldest.minor)
}
