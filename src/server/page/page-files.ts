import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, sep } from 'node:path'

/** One file of the page, as it is sent. */
export interface PageFile {
  readonly bytes: Buffer
  /** the same, compressed; undefined where the build did not */
  readonly brotli: Buffer | undefined
  readonly type: string
  /** of the bytes: SHA-256, base64url */
  readonly hash: string
}

/**
 * By path, the files in the first folder that holds a page; none where there is no such folder. They are few and are
 * kept: a build that replaces them does not take from a running server what its page still asks for.
 */
export function readPage(folders: readonly string[]): ReadonlyMap<string, PageFile> {
  const folder = folders.find((each) => existsSync(join(each, 'assets')))
  if (folder === undefined) return new Map()
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extname(entry.name) !== BROTLI)
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, sep).length))
  return new Map(names.map((name) => [`/${name.split(sep).join('/')}`, readPageFile(join(folder, name))]))
}

/** What the build appends to a file's name, for the same file compressed. */
const BROTLI = '.br'

const types: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.woff2', 'font/woff2'],
])

export function readPageFile(path: string): PageFile {
  const brotli = `${path}${BROTLI}`
  return pageFile(readFileSync(path), extname(path), existsSync(brotli) ? readFileSync(brotli) : undefined)
}

/** `extension` tells the media type. */
export function pageFile(bytes: Buffer, extension: string, brotli?: Buffer): PageFile {
  return {
    bytes,
    brotli,
    type: types.get(extension) ?? 'application/octet-stream',
    hash: createHash('sha256').update(bytes).digest('base64url'),
  }
}
