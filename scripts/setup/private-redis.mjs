import { chmod, mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { findPrograms, outputOf } from './programs.mjs'
import { privateFolder } from './project.mjs'
import { run } from './run.mjs'

const title = 'Fetching a private redis-server'

/**
 * Debian and its like, without root: downloads the packages that an installation of redis-tools would bring, unpacks
 * them into `.kairos/redis-server` and writes a command that runs the server in there. Elsewhere does nothing.
 *
 * @param {string} command the file to write
 */
export async function copyRedisServer(command) {
  if ((await findPrograms(['apt-get'])).length === 0 || (await findPrograms(['dpkg'])).length === 0) return
  await mkdir(privateFolder, { recursive: true, mode: 0o700 })
  const workshop = await mkdtemp(join(privateFolder, 'fetch-'))
  try {
    await fetchPackages(workshop)
    const unpacked = join(workshop, 'unpacked')
    for (const name of await readdir(workshop)) {
      if (name.endsWith('.deb')) await outputOf(['dpkg', '-x', join(workshop, name), unpacked])
    }
    // One binary is the server and the checkers; redis-tools brings it under the checkers' names only.
    await symlink('redis-check-rdb', join(unpacked, 'usr/bin/redis-server'))
    const home = join(privateFolder, 'redis-server')
    await rm(home, { recursive: true, force: true })
    await rename(unpacked, home)
    await mkdir(dirname(command), { recursive: true })
    await writeFile(command, launcher(basename(home), await libraryFolders(home)))
    await chmod(command, 0o755)
  } finally {
    await rm(workshop, { recursive: true, force: true })
  }
}

/** @param {string} workshop */
async function fetchPackages(workshop) {
  const options = (await missingPackages([])) === undefined ? await privateLists(workshop) : []
  const names = (await missingPackages(options)) ?? []
  await run(title, ['apt-get', ...options, 'download', ...(names.length > 0 ? names : ['redis-tools'])], {
    cwd: workshop,
  })
}

/**
 * @param {readonly string[]} options
 * @returns {Promise<string[] | undefined>} undefined where apt knows no such package
 */
async function missingPackages(options) {
  const output = await outputOf([
    ...['apt-get', ...options],
    ...['install', '--simulate', '--no-install-recommends', 'redis-tools'],
  ])
  return output === undefined ? undefined : packagesToInstall(output)
}

/**
 * The names in what `apt-get install --simulate` prints.
 *
 * @param {string} simulation
 * @returns {string[]}
 */
export function packagesToInstall(simulation) {
  return [...simulation.matchAll(/^Inst (\S+)/gm)].map(([, name = '']) => name)
}

/**
 * A machine without package lists, as container images are, gets its own, which need no root.
 *
 * @param {string} workshop
 */
async function privateLists(workshop) {
  const lists = join(workshop, 'lists')
  const cache = join(workshop, 'cache')
  await mkdir(join(lists, 'partial'), { recursive: true })
  await mkdir(join(cache, 'archives', 'partial'), { recursive: true })
  const options = ['-o', `Dir::State::Lists=${lists}`, '-o', `Dir::Cache=${cache}`]
  await run(title, ['apt-get', ...options, 'update'])
  return options
}

/**
 * The folders of shared libraries, relative to `home`: `usr/lib/x86_64-linux-gnu` and its like.
 *
 * @param {string} home
 */
async function libraryFolders(home) {
  const parents = await Promise.all(
    ['lib', 'usr/lib'].map(async (parent) => {
      const names = await readdir(join(home, parent)).catch(() => [])
      return names.filter((name) => name.includes('-linux-')).map((name) => `${parent}/${name}`)
    }),
  )
  return parents.flat()
}

/**
 * A shell script that becomes the server, so that its pid is the server's. It finds its files from where it lies, so
 * that the checkout may be moved.
 *
 * @param {string} home the folder's name, beside that of the script
 * @param {readonly string[]} libraries folders in it
 */
export function launcher(home, libraries) {
  return `#!/bin/sh
home=$(cd "$(dirname "$0")/../${home}" && pwd) || exit 127
LD_LIBRARY_PATH=${libraries.map((folder) => `"$home/${folder}"`).join(':')}
export LD_LIBRARY_PATH
exec "$home/usr/bin/redis-server" "$@"
`
}
