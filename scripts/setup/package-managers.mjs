import { Failure } from './failure.mjs'
import { findPrograms, outputOf } from './programs.mjs'
import { run } from './run.mjs'

/**
 * @typedef {'redis' | 'browser'} Need
 *
 * @typedef {object} Manager
 * @property {readonly string[]} install up to the packages' names; asks nothing
 * @property {readonly string[]} [refresh] fetches its lists; only done after an install has failed
 * @property {boolean} asRoot
 * @property {Record<Need, readonly string[]>} packages each of them would do, the first is tried first
 */

// Of Debian's packages redis-tools is the one with the server's binary (see redis-server.mjs); redis-server adds a
// service that would occupy port 6379. The others' packages install a service but do not start it.
/** @type {Readonly<Record<string, Manager>>} */
const managers = {
  'apt-get': {
    install: [
      ...['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', '-y', '--no-install-recommends'],
      ...['-o', 'DPkg::Lock::Timeout=120'],
    ],
    refresh: ['apt-get', 'update'],
    asRoot: true,
    packages: { redis: ['redis-tools'], browser: ['chromium', 'chromium-browser'] },
  },
  dnf: {
    install: ['dnf', 'install', '-y'],
    asRoot: true,
    packages: { redis: ['valkey', 'redis'], browser: ['chromium'] },
  },
  apk: {
    install: ['apk', 'add', '--no-cache'],
    asRoot: true,
    packages: { redis: ['valkey', 'redis'], browser: ['chromium'] },
  },
  pacman: {
    install: ['pacman', '-S', '--noconfirm', '--needed'],
    refresh: ['pacman', '-Sy'],
    asRoot: true,
    packages: { redis: ['valkey', 'redis'], browser: ['chromium'] },
  },
  zypper: {
    install: ['zypper', '--non-interactive', 'install', '--no-recommends'],
    asRoot: true,
    packages: { redis: ['valkey', 'redis'], browser: ['chromium'] },
  },
  brew: {
    install: ['brew', 'install'],
    asRoot: false,
    packages: { redis: ['redis', 'valkey'], browser: ['google-chrome'] },
  },
}

/**
 * @typedef {object} Machine
 * @property {readonly string[]} managers the package managers found
 * @property {boolean} isRoot
 * @property {boolean} hasSudo without a password
 */

/**
 * The command lines that may bring what is needed, in the order to try them; empty where nothing can.
 *
 * @param {Need} need
 * @param {Machine} machine
 * @returns {string[][]}
 */
export function installCommands(need, machine) {
  const [name, manager] = Object.entries(managers).find(([found]) => machine.managers.includes(found)) ?? []
  if (name === undefined || manager === undefined) return []
  const { install, refresh, asRoot, packages } = manager
  if (asRoot && !machine.isRoot && !machine.hasSudo) return []
  if (!asRoot && machine.isRoot) return []
  const prefix = asRoot && !machine.isRoot ? ['sudo', '-n'] : []
  const installs = packages[need].map((item) => [...prefix, ...install, item])
  return refresh === undefined ? installs : [...installs, [...prefix, ...refresh], ...installs]
}

/**
 * Runs one install after the other until `provided` finds what is needed.
 *
 * @template T
 * @param {Need} need
 * @param {string} title
 * @param {() => Promise<T | undefined>} provided
 * @returns {Promise<T | undefined>} what `provided` found; undefined where there is no way to install here
 * @throws {Failure} of the last command, when it failed and nothing was found
 */
export async function install(need, title, provided) {
  /** @type {unknown} */
  let failure
  for (const command of installCommands(need, await thisMachine())) {
    failure = await run(title, command, { isFragile: true }).then(
      () => undefined,
      (error) => error,
    )
    const found = await provided()
    if (found !== undefined) return found
  }
  if (failure instanceof Failure) throw failure
  return undefined
}

/** @returns {Promise<Machine>} */
async function thisMachine() {
  const names = Object.keys(managers)
  const found = await Promise.all(names.map(async (name) => (await findPrograms([name])).length > 0))
  const isRoot = process.getuid?.() === 0
  const hasSudo = !isRoot && (await outputOf(['sudo', '-n', 'true'])) !== undefined
  return { managers: names.filter((_, index) => found[index]), isRoot, hasSudo }
}
