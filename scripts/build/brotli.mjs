import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress } from 'node:zlib'
import { root } from '../setup/project.mjs'
import { filesIn } from './inputs.mjs'

/**
 * Puts beside each text in a folder what the server sends to whoever takes brotli, at its best: a second for 150 kB, which is too
 * long for a request, and for a start.
 *
 * @param {string} folder from the project's folder
 */
export async function compressTexts(folder) {
  const texts = (await filesIn(folder)).filter((file) => /\.(html|js|css|svg)$/.test(file))
  await Promise.all(
    texts.map(async (file) => {
      const path = join(root, file)
      await writeFile(`${path}.br`, await promisify(brotliCompress)(await readFile(path)))
    }),
  )
}
