import { parseArgs } from 'node:util'
import type { Report } from './config-error.ts'
import { didYouMean } from './unknown-setting.ts'

/** What can be given on the command line and by the environment; `key` is the setting in a file. */
export const flags = [
  {
    key: 'config',
    flag: '--config',
    variable: 'KAIROS_CONFIG',
    value: 'FILE',
    help: 'configuration, .yaml .json or .mjs (kairos.yaml if present, else a built-in demo)',
  },
  {
    key: 'redis',
    flag: '--redis',
    variable: 'REDIS_URL',
    value: 'URL',
    help: 'redis://, redis+sentinel:// or redis+cluster:// (an embedded redis-server, data in .kairos/redis)',
  },
  { key: 'port', flag: '--port', variable: 'PORT', value: 'NUMBER', help: '0 picks a free one (4000)' },
  {
    key: 'host',
    flag: '--host',
    variable: 'HOST',
    value: 'ADDRESS',
    help: 'address to listen on (127.0.0.1)',
  },
  {
    key: 'logLevel',
    flag: '--log-level',
    variable: 'LOG_LEVEL',
    value: 'LEVEL',
    help: 'trace, debug, info, warn, error, fatal or silent (info)',
  },
] as const

export type FlagKey = (typeof flags)[number]['key']

/** One value as it was given, and by which flag or variable. */
export interface Given {
  readonly path: string
  readonly text: string
}

type AllGiven = Readonly<Partial<Record<FlagKey, Given>>>

/** The table of flags for `--help`: flag, variable and meaning, with the default in parentheses. */
export const flagsHelp = (): string => {
  const rows = [
    ...flags.map(({ flag, variable, value, help }) => [`${flag} ${value}`, variable, help] as const),
    ['--help', '', 'this text'] as const,
  ]
  return rows.map(([flag, variable, help]) => `  ${flag.padEnd(20)}${variable.padEnd(15)}${help}`).join('\n')
}

/** Whether the arguments ask for help, which then goes before anything else. */
export const asksForHelp = (argv: readonly string[]): boolean =>
  argv.includes('--help') || argv.includes('-h')

/** What the environment gives. An empty variable counts as absent. */
export const readEnvironment = (env: Readonly<Record<string, string | undefined>>): AllGiven => {
  const given: Partial<Record<FlagKey, Given>> = {}
  for (const { key, variable } of flags) {
    const text = env[variable]
    if (text) given[key] = { path: variable, text }
  }
  return given
}

/** What the flags give, as `--port 4000` or `--port=4000`. No fault repeats a value: it may be a URL with a password. */
export const readFlags = (argv: readonly string[], report: Report): AllGiven => {
  const given: Partial<Record<FlagKey, Given>> = {}
  const { tokens } = parseArgs({
    args: [...argv],
    options: {
      ...Object.fromEntries(flags.map(({ flag }) => [flag.slice(2), { type: 'string' as const }])),
      help: { type: 'boolean', short: 'h' },
    },
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  let claimed = -1 // the argument after a faulty flag: most likely its value, and no second fault
  for (const token of tokens) {
    if (token.kind === 'positional') {
      if (token.index !== claimed) report(`argument ${token.index + 1}`, 'belongs to no flag')
    }
    if (token.kind !== 'option' || token.rawName === '--help' || token.rawName === '-h') continue
    const known = flags.find(({ flag }) => flag === token.rawName)
    const mistaken = !token.inlineValue && token.value?.startsWith('--')
    if (!known) {
      const name = /^--?[\w-]{1,40}$/.test(token.rawName) ? token.rawName : `argument ${token.index + 1}`
      report(name, `is not a flag${didYouMean(token.rawName, flagNames)}`)
      claimed = token.inlineValue ? -1 : token.index + 1
    } else if (!token.value || mistaken) {
      report(known.flag, `needs a value: ${known.flag} ${known.value}`)
      claimed = mistaken ? token.index + 2 : -1
    } else if (given[known.key]) {
      report(known.flag, 'is given more than once')
    } else {
      given[known.key] = { path: known.flag, text: token.value }
    }
  }
  return given
}

const flagNames = [...flags.map(({ flag }) => flag), '--help']
