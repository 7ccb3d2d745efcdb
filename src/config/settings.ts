import * as z from 'zod'
import { durabilities, layouts, logLevels, seriesTypes, valueTypes, weekStarts } from './config.ts'
import { isHost, isLoopback } from './host.ts'
import { originFault } from './origin.ts'
import { redisUrlFault } from './redis-url.ts'

/*
 * The shape of a configuration file: what each setting may be by itself, its default and its description. The JSON Schema
 * for editors is printed from here. What several settings must agree on is in `rule-faults.ts`, `interval-faults.ts`,
 * `auth-faults.ts` and `load-config.ts`.
 */

const portSentence = 'must be a whole number from 0 to 65535'
const patternSentence = '"*" and "**" are special and nothing else is: write no more than two "*" in a row'

export const mostIntervals = 32
export const intervalNameLength = 64
/** Definitions show `steps` as an Int of GraphQL. */
const mostSteps = 2 ** 31 - 1
export const intervalNamePattern = '^[^:\\u0000-\\u001f\\u007f-\\u009f]+$'
/** Seconds or one amount with a unit, or a span of the calendar. The library also reads `m`, which is 30 days. */
const stepPattern = /^([0-9]{1,12}(s|min|h|d|w|y)?|daily|weekly|monthly|yearly)$/

/** One line of text for people or keys: no control characters, and nothing that UTF-8 could not hold. */
const text = (length: number) =>
  z
    .string()
    .max(length)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
    .regex(/^[^\u0000-\u001f\u007f-\u009f]*$/, 'must not hold control characters')
    .refine((value) => !/\p{Cs}/u.test(value), 'must be well-formed Unicode')

const scopeSentence =
  'must be admin, or read:, write: or delete: and a glob over names, as in read:latency.**'

/** The keys decide who comes in: nobody on the way may put others in their place. */
const isJwksUri = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  const safe =
    protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname.replace(/^\[(.*)\]$/, '$1')))
  return safe && username === '' && password === ''
}

const positive = (max: number) => z.int().min(1).max(max)

const pattern = text(256)
  .min(1)
  .regex(/^(?!.*[*]{3})/, patternSentence)

const stepSentence = (input: unknown): string => {
  if (input === undefined) return 'is missing'
  const months = typeof input === 'string' && /^([0-9]{1,12})m$/.exec(input)?.[1]
  if (months)
    return `"${months}m" could be minutes or months: write ${months}min, ${Number(months) * 30}d or monthly`
  return 'must be seconds, one duration such as 10s 5min 1h 30d 2w 1y, or daily, weekly, monthly, yearly'
}

const step = z.union(
  [z.int().min(1).max(1e11), z.string().regex(stepPattern, { error: ({ input }) => stepSentence(input) })],
  {
    error: ({ input }) => stepSentence(input),
  },
)

const isTimeZone = (zone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return /^[a-z]/i.test(zone) // an offset is no zone
  } catch {
    return false
  }
}

export const intervalSchema = z.strictObject({
  step: step.describe(
    'Length of a bucket: seconds (60), one duration (10s 5min 1h 30d 2w 1y; a year is 365 days), or daily, weekly, monthly, yearly in timeZone. In layout kairos weeks start on Sunday and split at New Year.',
  ),
  steps: positive(mostSteps)
    .optional()
    .describe('How many steps are kept before they expire. Absent: all, for ever.'),
  resolution: step
    .optional()
    .describe('Divide each step further, written as step. It may not straddle a step. Absent: not divided.'),
  timeZone: z
    .string()
    .refine(isTimeZone, 'must be an IANA time zone such as Europe/Berlin or UTC')
    .default('UTC')
    .describe('IANA zone of daily, weekly, monthly and yearly.'),
  weekStart: z
    .enum(weekStarts)
    .optional()
    .describe('The day with which weekly steps begin, in layout packed. Default monday.'),
})

export const ruleSchema = z.strictObject({
  name: text(100).min(1).describe('Unique among the rules.'),
  match: z
    .union([pattern, z.array(pattern).min(1).max(100)], {
      error: ({ input }) => (input === undefined ? 'is missing' : 'must be one glob or a list of globs'),
    })
    .describe(
      'One glob over series names, or a list: "*" is one or more characters but ".", "**" one or more of any; nothing else is special.',
    ),
  type: z
    .enum(seriesTypes)
    .describe(
      'What one bucket keeps. series: every value; histogram: how often each value occurred; count: a total; gauge: the last value; set: the distinct values.',
    ),
  values: z
    .enum(valueTypes)
    .optional()
    .describe('What a value is. Default string; for a count, which is float or integer, default float.'),
  quantize: z
    .number()
    .min(1e-15, 'must be above 0, at least 1e-15')
    .max(1e15)
    .optional()
    .describe(
      'Round to multiples of this when writing, halves away from zero. Only integer or float values; not for a count.',
    ),
  unit: text(32).min(1).optional().describe('Of the values, for axes: ms, °C, bytes.'),
  description: z
    .string()
    .max(1000)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
    .regex(/^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f]*$/, 'must not hold control characters')
    .optional()
    .describe('What is recorded, for people.'),
  intervals: z
    .record(z.string().meta({ pattern: intervalNamePattern, maxLength: intervalNameLength }), intervalSchema)
    .meta({ minProperties: 1, maxProperties: mostIntervals })
    .describe('By name: the steps in which each value is kept.'),
})

export const rulesSchema = z.array(ruleSchema).max(1000)

export const limitsSchema = z.strictObject({
  maxBuckets: positive(1e6).default(20_000).describe('The finest buckets of one series in one read.'),
  maxValues: positive(1e8).default(1_000_000).describe('The stored values that one operation loads.'),
  maxCost: positive(1e9)
    .default(2_000_000)
    .describe('Buckets times series times values of each bucket, of all that one operation reads.'),
  maxInserts: positive(1e6).default(10_000).describe('Values times copies of one request.'),
  maxValueLength: positive(1e6).default(1024).describe('Of one value, in UTF-16 code units.'),
  maxSubscriptions: positive(1e5).default(100).describe('Of one WebSocket.'),
  maxRequestsPerSecond: z
    .number()
    .min(0.1)
    .max(1e6)
    .nullable()
    .default(null)
    .describe(
      'Of one identity, or one address where there is none, over all servers; an average over ten seconds. Absent: no limit.',
    ),
  maxSocketsPerAddress: positive(1e6)
    .nullable()
    .default(null)
    .describe('WebSockets of one address that are open at once, over all servers. Absent: no limit.'),
  maxSubscriptionsPerIdentity: positive(1e6)
    .nullable()
    .default(null)
    .describe(
      'Subscriptions of one identity, or one address where there is none, that run at once, over all servers. Absent: no limit.',
    ),
})

export const corsSchema = z.strictObject({
  origins: z
    .array(
      z.string().superRefine((origin, context) => {
        const message = originFault(origin)
        if (message) context.addIssue({ code: 'custom', message })
      }),
    )
    .max(100)
    .default([])
    .describe(
      'Origins of the pages that may, as browsers write them: https://app.example.com, with the port where it is not the usual one, without a path. "*" is every page on the web.',
    ),
})

export const tokenSchema = z.strictObject({
  name: text(100).min(1).describe('Whose it is; unique among the tokens.'),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'must be the SHA-256 of the token, 64 hexadecimal digits')
    .toLowerCase()
    .describe('SHA-256 of the token, in hexadecimal: the token itself is written nowhere.'),
  scopes: z
    .array(text(300).regex(/^(admin$|(read|write|delete):(?!.*[*]{3}).{1,256}$)/, scopeSentence))
    .min(1)
    .max(100)
    .describe(
      'What it allows: read:, write: or delete: and a glob over names, as read:latency.**; or admin, which is everything and /metrics.',
    ),
})

const secretBytes = 32

export const jwtSchema = z.strictObject({
  issuer: text(500).min(1).describe('The iss that a token must have.'),
  audience: z
    .union([z.array(text(500).min(1)).min(1).max(100), text(500).min(1)], {
      error: ({ input }) => (input === undefined ? 'is missing' : 'must be one text or a list of texts'),
    })
    .describe('The aud that a token must have, or a list of which it must have one.'),
  jwksUri: z
    .string()
    .max(2000)
    .refine(isJwksUri, 'must be a URL with https, or with http on this machine, without user and password')
    .optional()
    .describe("Where the issuer's public keys are, as a JSON Web Key Set. Instead of secret."),
  secret: z
    .string()
    .max(1000)
    .refine(
      (secret) => Buffer.byteLength(secret) >= secretBytes,
      `must have at least ${secretBytes} bytes, as random as they can be`,
    )
    .optional()
    .describe('Shared with the issuer, which signs with HS256; at least 32 bytes. Instead of jwksUri.'),
})

export const authSchema = z.strictObject({
  tokens: z
    .array(tokenSchema)
    .min(1)
    .max(1000)
    .optional()
    .describe('Tokens that are known by their SHA-256.'),
  jwt: jwtSchema.optional().describe('JSON Web Tokens of one issuer, with an end (exp).'),
})

export const settingsSchema = z.strictObject({
  $schema: z.string().optional().describe('For editors; Kairos does not read it.'),
  redis: z
    .string()
    .superRefine((url, context) => {
      const message = redisUrlFault(url)
      if (message) context.addIssue({ code: 'custom', message })
    })
    .optional()
    .describe(
      'URL of a Redis: redis:// for a server, redis+sentinel:// for a master that Sentinels watch, redis+cluster:// for a Cluster; with rediss, TLS. Absent: an embedded server, with its data in .kairos/redis.',
    ),
  port: z
    .int(portSentence)
    .min(0, portSentence)
    .max(65_535, portSentence)
    .default(4000)
    .describe('Where HTTP and WebSocket are served. 0 picks a free port.'),
  host: z
    .string()
    .refine(isHost, 'must be a host name or an IP address, without a port')
    .default('127.0.0.1')
    .describe('Address to listen on. One that other machines can reach needs auth.'),
  logLevel: z.enum(logLevels).default('info').describe('The least that is logged.'),
  prefix: text(128)
    .refine(
      (prefix) => !prefix.startsWith('__kairos'),
      'must not begin with __kairos, which is kept for bookkeeping',
    )
    .default('kairos')
    .describe('Of every key in Redis; ":" is appended. Empty: none.'),
  layout: z
    .enum(layouts)
    .default('packed')
    .describe(
      'How data lie in Redis. packed: neighbouring buckets share a key; kairos: as the Python library kairos keeps them, to share a Redis with it.',
    ),
  durability: z
    .enum(durabilities)
    .default('memory')
    .describe(
      'When an insert is acknowledged. memory: when Redis has it; replica: when one of its replicas has it, too, and so a failover does not lose it.',
    ),
  monitor: z.boolean().default(true).describe('Record this machine and process as series.'),
  auth: z
    .union([authSchema, z.literal('none', 'must be a map of tokens and jwt, or none')], {
      error: 'must be a map of tokens and jwt, or none',
    })
    .optional()
    .describe(
      'Who may do what. none: whoever reaches the server may do everything. Absent: the same, and only this machine is served.',
    ),
  cors: corsSchema.prefault({}).describe('Which pages of other origins may ask, over HTTP and WebSocket.'),
  trustProxy: z
    .boolean()
    .default(false)
    .describe(
      'true: one reverse proxy stands in front, and its X-Forwarded-For, X-Forwarded-Host and X-Forwarded-Proto are believed. Only where nobody reaches the server past it.',
    ),
  trustedDocuments: z
    .string()
    .min(1)
    .max(4096)
    .nullable()
    .default(null)
    .describe(
      'JSON file { "<id>": "<document>" }, its path relative to this one: nothing but these documents is executed. null: any document is.',
    ),
  timeseries: rulesSchema
    .optional()
    .describe(
      'The first rule with a pattern that matches a name decides. Absent: those of the built-in demo.',
    ),
  limits: limitsSchema.prefault({}).describe('What one request or connection may ask for.'),
})

/** What a configuration file may hold. */
export type SettingsInput = z.input<typeof settingsSchema>
