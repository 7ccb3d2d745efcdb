import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { delimiter, resolve } from 'node:path'
import { promisify } from 'node:util'

/**
 * Where the programs of these names lie on the PATH, in its order.
 *
 * @param {readonly string[]} names
 * @param {string} [searchPath]
 * @returns {Promise<string[]>}
 */
export async function findPrograms(names, searchPath = process.env.PATH ?? '') {
  const folders = searchPath.split(delimiter).filter((folder) => folder !== '')
  const files = folders.flatMap((folder) => names.map((name) => resolve(folder, name)))
  const executable = await Promise.all(files.map(isExecutable))
  return files.filter((_, index) => executable[index])
}

/** @param {string} file */
export function isExecutable(file) {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  )
}

/**
 * What a short command prints, or undefined where it fails or does not exist.
 *
 * @param {readonly string[]} command
 * @returns {Promise<string | undefined>}
 */
export async function outputOf([program = '', ...args]) {
  const running = promisify(execFile)(program, args, { timeout: 30_000 })
  running.child.stdin?.end()
  return running.then(
    ({ stdout }) => stdout,
    () => undefined,
  )
}
