import { createHash } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { root } from './project.mjs'
import { run } from './run.mjs'

/**
 * Installs the packages of package-lock.json unless the very same are there. The lock's hash is written into
 * node_modules after an install, so that one that was interrupted is done again.
 *
 * @param {string} [folder]
 */
export async function providePackages(folder = root) {
  const stamp = join(folder, 'node_modules', '.kairos-lock')
  const lock = createHash('sha256')
    .update(await readFile(join(folder, 'package-lock.json')))
    .digest('hex')
  if ((await readFile(stamp, 'utf8').catch(() => undefined)) === lock) return
  await rm(stamp, { force: true })
  await run('Installing npm packages', npmCi(process.env.npm_execpath, process.stdout.isTTY), { cwd: folder })
  await writeFile(stamp, lock)
}

/**
 * The command, by the npm that runs this script where there is one. It names `dev` since NODE_ENV=production would
 * leave out what builds Kairos; on a terminal each package fetched is a sign of progress.
 *
 * @param {string | undefined} execPath npm's own file, from its environment
 * @param {boolean} isTerminal
 */
export function npmCi(execPath, isTerminal) {
  const isNpm = execPath !== undefined && basename(execPath) === 'npm-cli.js'
  const npm = isNpm ? [process.execPath, execPath] : ['npm']
  return [
    ...npm,
    'ci',
    '--include=dev',
    '--no-audit',
    '--no-fund',
    ...(isTerminal ? ['--loglevel=http'] : []),
  ]
}
