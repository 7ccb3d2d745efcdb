/** One thing wrong with the configuration: where (`timeseries[0].type`, `--port`, `PORT`) and what, a clause that follows the path. */
export interface Fault {
  readonly path: string
  readonly message: string
}

/** Takes down a fault; reading goes on, so that all of them are told at once. */
export type Report = (path: string, message: string) => void

const shown = 100

/** Thrown by `loadConfig`: `faults` holds every fault, `message` a line for each of the first 100. It holds no secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly faults: readonly Fault[]

  /** @param origin what was read, for the first line: a file's path or `the built-in demo` */
  constructor(faults: readonly Fault[], origin: string) {
    const lines = faults.slice(0, shown).map(({ path, message }) => `  ${path}: ${message}`)
    if (faults.length > shown) lines.push(`  and ${faults.length - shown} more`)
    const amount = faults.length === 1 ? 'a fault' : `${faults.length} faults`
    super([`The configuration (${printable(origin)}) has ${amount}:`, ...lines].join('\n'))
    this.faults = faults
  }
}

/** Text of unknown origin on one line: control and invisible characters escaped, long ones cut. */
export const printable = (text: string, length = 200): string => {
  const cut = text.length > length ? `${text.slice(0, length)}…` : text
  return cut.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`)
}

/** `['timeseries', 0, 'match']` as `timeseries[0].match`; a key that is no plain word is quoted. */
export const pathOf = (segments: readonly PropertyKey[]): string =>
  segments
    .map((segment, depth) => {
      if (typeof segment === 'number') return `[${segment}]`
      const key = String(segment)
      if (!/^[\w$-]{1,64}$/.test(key)) return `["${printable(key, 64)}"]`
      return depth === 0 ? key : `.${key}`
    })
    .join('')
