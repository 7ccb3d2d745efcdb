/** The one configuration of a running server: plain data, deeply frozen, checked as a whole by `loadConfig`. */
export interface Config {
  /** absolute path of the file that was read; null: the built-in demo */
  readonly file: string | null
  readonly redis: RedisConfig
  /** 0 to 65535; 0 picks a free one */
  readonly port: number
  readonly host: string
  readonly logLevel: LogLevel
  /** of every key, as configured; '' is none. The engine appends ':' where it is missing. */
  readonly prefix: string
  readonly layout: LayoutName
  /** when an insert is acknowledged: `memory` when Redis has it, `replica` when one of its replicas has it, too */
  readonly durability: Durability
  /** record this machine and process as series */
  readonly monitor: boolean
  /** null: only loopback is served, also by Host header; none: everyone who can reach `host` may do everything */
  readonly auth: AuthConfig | 'none' | null
  /** the pages that may ask from elsewhere: their origins as browsers write them; `*` is every page */
  readonly cors: { readonly origins: readonly string[] }
  /** believe X-Forwarded-For, X-Forwarded-Host and X-Forwarded-Proto of one proxy in front */
  readonly trustProxy: boolean
  /** absolute path of the documents that may be executed, by id; null: any may */
  readonly trustedDocuments: string | null
  /** in matching order: the first rule with a pattern that matches a name decides */
  readonly timeseries: readonly Rule[]
  readonly limits: Limits
}

export type RedisConfig =
  /** our own `redis-server`; `folder` is the absolute path of its data */
  | { readonly kind: 'embedded'; readonly folder: string }
  /** `redis://` or `rediss://`; it may hold a password: never log it, log `redisAddress(redis)` */
  | { readonly kind: 'server'; readonly url: string }
  /** the master called `master`, as these Sentinels know it */
  | ({
      readonly kind: 'sentinel'
      readonly sentinels: readonly Address[]
      readonly master: string
      readonly db: number
    } & RedisAccess)
  /** a Redis Cluster, of which these nodes tell the others */
  | ({ readonly kind: 'cluster'; readonly nodes: readonly Address[] } & RedisAccess)

export interface Address {
  readonly host: string
  readonly port: number
}

/** How servers are asked; null where the URL says nothing. Never log the password. */
interface RedisAccess {
  readonly username: string | null
  readonly password: string | null
  readonly tls: boolean
}

/** Who may do what; tokens, an issuer of them, or both. */
export interface AuthConfig {
  readonly tokens: readonly TokenConfig[]
  readonly jwt: JwtConfig | null
}

export interface TokenConfig {
  /** unique among the tokens */
  readonly name: string
  /** of the token, 64 lower-case hexadecimal digits; unique among the tokens */
  readonly sha256: string
  /** one or more: `admin`, or `read:`, `write:` or `delete:` and a glob over names */
  readonly scopes: readonly string[]
}

export type JwtConfig = {
  readonly issuer: string
  /** one or more, of which a token must name one */
  readonly audience: readonly string[]
} & (
  | { readonly jwksUri: string }
  /** never log it */
  | { readonly secret: string }
)

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
type LogLevel = (typeof logLevels)[number]

export const seriesTypes = ['series', 'histogram', 'count', 'gauge', 'set'] as const
type SeriesType = (typeof seriesTypes)[number]

export const valueTypes = ['string', 'integer', 'float', 'boolean'] as const
type ValueType = (typeof valueTypes)[number]

export const layouts = ['packed', 'kairos'] as const
type LayoutName = (typeof layouts)[number]

export const durabilities = ['memory', 'replica'] as const
type Durability = (typeof durabilities)[number]

export const weekStarts = ['monday', 'sunday'] as const
type WeekStart = (typeof weekStarts)[number]

/** One kind of series: the names it covers, what a value is, and the intervals it is kept in. */
export interface Rule {
  /** unique among the rules */
  readonly name: string
  /** one or more globs: `*` is one or more characters but `.`, `**` one or more of any; nothing else is special */
  readonly match: readonly string[]
  readonly type: SeriesType
  /** 'string' where the file says nothing; for a count 'float' or 'integer', by default 'float' */
  readonly values: ValueType
  /** round to multiples of it when writing; above 0; only with numeric values, not for a count */
  readonly quantize?: number
  /** of the values, for axes */
  readonly unit?: string
  readonly description?: string
  /** one or more, names unique within the rule, in the order of the file */
  readonly intervals: readonly RuleInterval[]
}

export interface RuleInterval {
  readonly name: string
  /** as configured: seconds (`60`), a duration (`1h`) or `daily`, `weekly`, `monthly`, `yearly`; `parseStep` reads it */
  readonly step: string
  /** how many are kept, 1 or more; absent: for ever */
  readonly steps?: number
  /** as `step`, whose boundaries are all boundaries of it; absent: the step is not divided */
  readonly resolution?: string
  /** IANA zone of calendar steps; `UTC` where the file says nothing */
  readonly timeZone: string
  /** with which day weeks begin; absent: on Monday, or as the layout has it */
  readonly weekStart?: WeekStart
}

/** All are positive; null is no limit. */
interface Limits {
  /** the finest buckets of one series in one read */
  readonly maxBuckets: number
  /** the stored values that one operation loads */
  readonly maxValues: number
  /** buckets × series × values of each bucket, of all that one operation reads */
  readonly maxCost: number
  /** values times copies of one request */
  readonly maxInserts: number
  /** of one value, in UTF-16 code units */
  readonly maxValueLength: number
  /** of one WebSocket */
  readonly maxSubscriptions: number
  /** of one identity over all servers, an average over ten seconds; it may have a fraction */
  readonly maxRequestsPerSecond: number | null
  /** of one address over all servers */
  readonly maxSocketsPerAddress: number | null
  /** of one identity over all servers */
  readonly maxSubscriptionsPerIdentity: number | null
}

/** Where Redis is, without user, password or query: for logs. */
export const redisAddress = (redis: RedisConfig): string => {
  if (redis.kind === 'embedded') return `embedded, data in ${redis.folder}`
  if (redis.kind === 'server') {
    const { protocol, host, pathname } = new URL(redis.url)
    return `${protocol}//${host}${pathname}`
  }
  const scheme = `${redis.tls ? 'rediss' : 'redis'}+${redis.kind}`
  const shown = ({ host, port }: Address) => `${host.includes(':') ? `[${host}]` : host}:${port}`
  return redis.kind === 'cluster'
    ? `${scheme}://${redis.nodes.map(shown).join(',')}`
    : `${scheme}://${redis.sentinels.map(shown).join(',')}/${redis.master}`
}
