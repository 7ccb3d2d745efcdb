import { lstatSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type * as z from 'zod'
import { authOf } from './auth.ts'
import { reportAuthFaults } from './auth-faults.ts'
import type { Config } from './config.ts'
import { ConfigError, type Fault, type Report } from './config-error.ts'
import { type ConfigFile, readConfigFile } from './config-file.ts'
import { demo } from './demo.ts'
import { type FlagKey, type Given, readEnvironment, readFlags } from './flags.ts'
import { isLoopback } from './host.ts'
import { parseRedisUrl } from './redis-url.ts'
import { ruleOf } from './rule.ts'
import { reportRuleFaults } from './rule-faults.ts'
import { rulesSchema, settingsSchema } from './settings.ts'
import { inFile, isMap, parseShape } from './shape-faults.ts'

interface Sources {
  /** the flags, without the program and its command */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** where relative paths, `kairos.yaml` and the data of an embedded Redis are looked for */
  readonly cwd: string
}

/**
 * The configuration in force: a flag wins over the environment, that over the file, that over the defaults. What is given
 * is checked even where something else wins over it.
 *
 * @throws {ConfigError} with every fault of the flags, the environment and the file at once
 */
export const loadConfig = async ({ argv, env, cwd }: Sources): Promise<Config> => {
  const faults: Fault[] = []
  const report: Report = (path, message) => faults.push({ path, message })
  const { shape } = settingsSchema
  const folder = resolve(cwd)

  const flags = readFlags(argv, report)
  const environment = readEnvironment(env)
  const override = <S extends z.ZodType>(
    key: FlagKey,
    schema: S,
    read: (text: string) => unknown = String,
  ) => {
    const parse = (given: Given | undefined): z.output<S> | undefined =>
      given && parseShape(schema, read(given.text), () => given.path, report)
    const [first, second] = [parse(flags[key]), parse(environment[key])]
    return first ?? second
  }
  const redis = override('redis', shape.redis)
  const port = override('port', shape.port, (text) => (/^[0-9]{1,5}$/.test(text) ? Number(text) : text))
  const host = override('host', shape.host)
  const logLevel = override('logLevel', shape.logLevel)

  const file = locate(flags.config ?? environment.config, folder)
  const loaded = file ? await readConfigFile(file, report) : { settings: demo }
  const settings = loaded && parseShape(settingsSchema, loaded.settings, inFile, report)
  const url = redis ?? settings?.redis
  if (settings?.layout === 'kairos' && url !== undefined && parseRedisUrl(url).kind === 'cluster')
    report('layout', 'must be packed on a Redis Cluster, over which layout kairos spreads each series')
  if (settings?.durability === 'replica' && url === undefined)
    report(
      'durability',
      'must be memory with the embedded Redis, which has no replica: name another one with redis',
    )
  if (loaded) {
    reportRuleFaults(loaded.settings, report)
    reportAuthFaults(loaded.settings, report)
    const hostPath = (flags.host ?? environment.host)?.path ?? 'host'
    reportReachableHost(loaded.settings, host, hostPath, report)
  }
  if (!settings || faults.length > 0) throw new ConfigError(faults, file?.shown ?? 'the built-in demo')

  return deepFreeze({
    file: file?.path ?? null,
    redis:
      url === undefined ? { kind: 'embedded', folder: join(folder, '.kairos', 'redis') } : parseRedisUrl(url),
    port: port ?? settings.port,
    host: host ?? settings.host,
    logLevel: logLevel ?? settings.logLevel,
    prefix: settings.prefix,
    layout: settings.layout,
    durability: settings.durability,
    monitor: settings.monitor,
    auth: authOf(settings.auth),
    cors: settings.cors,
    trustProxy: settings.trustProxy,
    trustedDocuments:
      settings.trustedDocuments === null
        ? null
        : resolve(file ? dirname(file.path) : folder, settings.trustedDocuments),
    timeseries: (settings.timeseries ?? rulesSchema.parse(demo.timeseries)).map((rule) =>
      ruleOf(rule, settings.layout),
    ),
    limits: settings.limits,
  })
}

/** The file to read; undefined: the built-in demo. */
const locate = (named: Given | undefined, folder: string): ConfigFile | undefined => {
  if (named) {
    const shown = named.text.includes('://') ? 'a URL' : named.text // it may hold a password
    return { path: resolve(folder, named.text), shown, namedBy: named.path }
  }
  const path = join(folder, 'kairos.yaml')
  return isThere(path) ? { path, shown: 'kairos.yaml', namedBy: undefined } : undefined
}

/** Also a link that leads nowhere, and what may not be looked at: both were meant, and the demo must not take their place. */
const isThere = (path: string): boolean => {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return true
  }
}

/** Without `auth` only this machine may be served; nobody opens a server to others by its address alone. */
const reportReachableHost = (
  file: unknown,
  override: string | undefined,
  path: string,
  report: Report,
): void => {
  const given = isMap(file) ? file : {}
  const auth = settingsSchema.shape.auth.safeParse(given.auth)
  const host = override ?? settingsSchema.shape.host.safeParse(given.host).data
  if (!auth.success || auth.data !== undefined || host === undefined || isLoopback(host)) return
  report(
    path,
    `${host} can be reached by other machines: say in the file who may do what, with auth, or write auth: none if all of them may do everything`,
  )
}

const deepFreeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) deepFreeze(inner)
  }
  return value
}
