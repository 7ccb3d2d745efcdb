import { readFile, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { printable, type Report } from './config-error.ts'
import { type Loaded, parseYaml } from './yaml.ts'

const largest = 1024 * 1024

export interface ConfigFile {
  /** absolute */
  readonly path: string
  /** the path as the user knows it */
  readonly shown: string
  /** the flag or variable that named it; undefined: nothing did */
  readonly namedBy: string | undefined
}

/**
 * Reads a `.yaml`, `.json` or `.mjs` file. Undefined where it cannot be read or is not valid, and then `report` was told
 * why, without a word of the file: it may hold a password.
 */
export const readConfigFile = async (file: ConfigFile, report: Report): Promise<Loaded | undefined> => {
  const name = printable(file.shown)
  const refuse = (why: string): undefined => {
    if (file.namedBy) report(file.namedBy, `${name} ${why}`)
    else report(name, why)
  }
  const read = formats.get(extname(file.path).toLowerCase())
  if (!read) return refuse('must be a .yaml, .json or .mjs file')
  try {
    const info = await stat(file.path)
    if (!info.isFile()) return refuse('is not a file')
    if (info.size > largest) return refuse('is larger than 1 MiB')
    return await read(file.path, name, report)
  } catch (error) {
    return refuse(reasons.get(codeOf(error)) ?? `cannot be read (${codeOf(error)})`)
  }
}

const reasons: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'does not exist'],
  ['ENOTDIR', 'does not exist'],
  ['EACCES', 'may not be read by this user'],
])

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : 'no reason given'

type Reader = (path: string, name: string, report: Report) => Promise<Loaded | undefined>

const readText = async (path: string, name: string, report: Report): Promise<string | undefined> => {
  const bytes = await readFile(path)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    report(name, 'is not UTF-8 text')
    return undefined
  }
}

const readYaml: Reader = async (path, name, report) => {
  const text = await readText(path, name, report)
  return text === undefined ? undefined : parseYaml(text, name, report)
}

const readJson: Reader = async (path, name, report) => {
  const text = await readText(path, name, report)
  if (text === undefined) return undefined
  try {
    return { settings: JSON.parse(text) }
  } catch (error) {
    // the message of the engine quotes the text
    const offset = error instanceof Error && /at position ([0-9]+)/.exec(error.message)?.[1]
    const before = text.slice(0, offset ? Number(offset) : text.length).split('\n')
    report(`${name}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`, 'is not valid JSON from here on')
    return undefined
  }
}

const readModule: Reader = async (path, name, report) => {
  try {
    const url = pathToFileURL(path)
    url.search = `read=${performance.now()}` // Node would remember what it exported before
    const module: Readonly<Record<string, unknown>> = await import(/* @vite-ignore */ url.href)
    const exported = module.default ?? module.config
    const fault = exportFault(exported)
    if (fault) report(name, fault)
    else {
      const settings: unknown = structuredClone(exported) // no getters and proxies from here on
      if (isPlain(settings)) return { settings }
      report(name, notPlain)
    }
  } catch (error) {
    report(name, moduleFault(error))
  }
  return undefined
}

const exportFault = (exported: unknown): string | undefined => {
  if (exported === undefined) return 'exports nothing by default and no config'
  if (typeof exported === 'function') return 'exports a function: export the settings themselves'
  return undefined
}

const notPlain = 'exports something that is not plain data: only maps, lists, texts, numbers and booleans are'

const isPlain = (value: unknown): boolean =>
  typeof value !== 'object' ||
  value === null ||
  ((Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) &&
    Object.values(value).every(isPlain))

const moduleFault = (error: unknown): string => {
  if (error instanceof SyntaxError) return 'is not valid JavaScript: node --check tells where'
  if (error instanceof DOMException) return notPlain
  return `throws when it is loaded: ${printable(error instanceof Error ? error.message : 'not an Error')}`
}

const formats: ReadonlyMap<string, Reader> = new Map([
  ['.yaml', readYaml],
  ['.json', readJson],
  ['.mjs', readModule],
])
