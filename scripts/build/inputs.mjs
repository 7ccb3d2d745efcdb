import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../setup/project.mjs'

/**
 * Every file below a folder of the project, as sorted paths from the project's folder; none where there is no such
 * folder.
 *
 * @param {string} folder
 * @param {string} [base]
 * @returns {Promise<string[]>}
 */
export async function filesIn(folder, base = root) {
  const entries = await readdir(join(base, folder), { withFileTypes: true }).catch(() => [])
  const found = await Promise.all(
    entries.map((entry) => {
      const path = `${folder}/${entry.name}`
      return entry.isDirectory() ? filesIn(path, base) : [path]
    }),
  )
  return found.flat().sort()
}

/**
 * A hash of the files' names and contents.
 *
 * @param {readonly string[]} files from the project's folder
 * @param {string} [base]
 */
export async function hashOf(files, base = root) {
  const hash = createHash('sha256')
  const contents = await Promise.all(files.map((file) => readFile(join(base, file))))
  for (const [index, content] of contents.entries())
    hash.update(`${files[index]}\0${content.length}\0`).update(content)
  return hash.digest('hex')
}

/**
 * The hash of the inputs from which `part` was last built.
 *
 * @param {string} part
 * @returns {Promise<string | undefined>}
 */
export function recall(part) {
  return readFile(recordOf(part), 'utf8').catch(() => undefined)
}

/**
 * @param {string} part
 * @param {string} hash
 */
export async function remember(part, hash) {
  await mkdir(join(root, 'dist'), { recursive: true })
  await writeFile(recordOf(part), hash)
}

/** @param {string} part */
const recordOf = (part) => join(root, 'dist', `.inputs-of-${part}`)
