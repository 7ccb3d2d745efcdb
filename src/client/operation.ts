import type { Stat as AnyStat } from './generated/graphql.ts'
import { KairosError } from './kairos-error.ts'

/** A number that each bucket has, which needs nothing more to be said. */
export type Stat = Exclude<AnyStat, 'PERCENTILE'>

/** One number a bucket. `p` from 0 to 100, for PERCENTILE; `fill` is what stands where a bucket has no number, NULL unless given. */
export type Column =
  | Stat
  | { readonly stat: Stat | 'PERCENTILE'; readonly p?: number; readonly fill?: 'NULL' | 'ZERO' }

/** By the names under which they come, which are GraphQL's: letters, digits and `_`. */
export type Columns = Readonly<Record<string, Column>>

/** How many values each bucket has, and their mean. */
export type DefaultColumns = { readonly count: 'COUNT'; readonly mean: 'MEAN' }

/** What of each bucket is asked for. */
export interface Selection<C extends Columns = DefaultColumns> {
  /** default `{ count: 'COUNT', mean: 'MEAN' }` */
  readonly columns?: C
  /** the last value of a GAUGE */
  readonly value?: boolean
  /** the newest so many values of a SERIES */
  readonly values?: number
  /** the so many most frequent values of a HISTOGRAM */
  readonly entries?: number
  /** the first so many members of a SET */
  readonly members?: number
  /** how numbers are spread over bins so wide */
  readonly grid?: number
}

export interface WatchOptions<C extends Columns = DefaultColumns> extends Selection<C> {
  /** of the series; several are joined into one */
  readonly name: string | readonly string[]
  /** one of the definition's, by name */
  readonly interval: string
  /** how many of the newest; absent: the interval's `steps` (100 if it keeps all), at most 1,000 */
  readonly steps?: number
  /** one bucket per step, where the interval has a resolution; default false */
  readonly condensed?: boolean
  /** updates a second at most, above 0 and up to 60; default 10 */
  readonly maxRate?: number
}

export interface ReadOptions<C extends Columns = DefaultColumns> extends Omit<Selection<C>, 'grid'> {
  /** of the series; several are joined into one */
  readonly name: string | readonly string[]
  /** absent: the finest that reaches back to `start` with at most `maxPoints` buckets */
  readonly interval?: string
  /** Unix seconds, an ISO 8601 time with a zone, or a duration before now: `-PT6H` */
  readonly start?: number | string
  /** as `start`; default now */
  readonly end?: number | string
  /** how many, where not both `start` and `end` are given */
  readonly steps?: number
  /** one bucket per step, where the interval has a resolution; default false */
  readonly condensed?: boolean
  /** one bucket for all; default false */
  readonly collapsed?: boolean
  /** neighbours are folded until at most so many buckets remain */
  readonly maxPoints?: number
  /** as for watches; with `true` the server chooses how wide bins are */
  readonly grid?: number | true
}

/** An operation as it is sent. */
export interface Operation {
  readonly query: string
  readonly variables: Record<string, unknown>
}

/** The operation that `watchSeries` sends, to show it or to send it by other means. Throws BAD_USER_INPUT as that does. */
export function watchOperation<C extends Columns>(options: WatchOptions<C>): Operation {
  const { name, interval, steps, condensed, maxRate } = options
  return operation('subscription', {
    name,
    types: { interval: 'String!', steps: 'Int', condensed: 'Boolean!', maxRate: 'Float!', after: 'String' },
    args: { interval, steps, condensed, maxRate, after: undefined },
    always: ['after'],
    selection: selectionOf(options),
    wrap: (fields) => ['kind', 'cursor', 'removed', 'changed {', ...indented(fields), '}'],
  })
}

/** The operation that `readSeries` sends. Throws BAD_USER_INPUT as that does. */
export function readOperation<C extends Columns>(options: ReadOptions<C>): Operation {
  const { name, interval, start, end, steps, condensed, collapsed, maxPoints } = options
  return operation('query', {
    name,
    types: {
      interval: 'String',
      start: 'Timestamp',
      end: 'Timestamp',
      steps: 'Int',
      condensed: 'Boolean!',
      collapsed: 'Boolean!',
      maxPoints: 'Int',
    },
    args: { interval, start, end, steps, condensed, collapsed, maxPoints },
    always: [],
    selection: selectionOf(options),
    wrap: (fields) => fields,
  })
}

interface Parts {
  readonly name: string | readonly string[]
  /** of the field's arguments */
  readonly types: Readonly<Record<string, string>>
  readonly args: Readonly<Record<string, unknown>>
  /** arguments that are declared though they have no value yet */
  readonly always: readonly string[]
  readonly selection: { readonly fields: readonly string[]; readonly variables: Record<string, unknown> }
  wrap(fields: readonly string[]): readonly string[]
}

const SELECTION_TYPES: Readonly<Record<string, string>> = {
  values: 'Int!',
  entries: 'Int!',
  members: 'Int!',
  width: 'Float!',
}

function operation(
  kind: 'query' | 'subscription',
  { name, types, args, always, selection, wrap }: Parts,
): Operation {
  const isJoined = typeof name !== 'string'
  const field = isJoined ? 'join' : 'series'
  const given = Object.keys(args).filter((key) => args[key] !== undefined || always.includes(key))
  const named = isJoined ? { names: '[String!]!' } : { name: 'String!' }
  const ofField = { ...named, ...Object.fromEntries(given.map((key) => [key, types[key]])) }
  const declared = [
    ...Object.entries(ofField),
    ...Object.keys(selection.variables).map((key) => [key, SELECTION_TYPES[key]]),
  ]
  const lines = [
    `${kind} (${declared.map(([key, type]) => `$${key}: ${type}`).join(', ')}) {`,
    `  ${field}(${Object.keys(ofField)
      .map((key) => `${key}: $${key}`)
      .join(', ')}) {`,
    ...indented(indented(wrap(selection.fields))),
    '  }',
    '}',
  ]
  const variables = Object.fromEntries(
    given.filter((key) => args[key] !== undefined).map((key) => [key, args[key]]),
  )
  return {
    query: lines.join('\n'),
    variables: { ...(isJoined ? { names: name } : { name }), ...variables, ...selection.variables },
  }
}

const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`)

/** Columns are fields beside these, under names of the caller's. */
const SERIES_FIELDS = ['names', 'type', 'unit', 'folded', 'end', 'timestamps']
const TAKEN = new Set([...SERIES_FIELDS, 'interval', 'buckets', 'grid'])

/** The columns that are asked for, where none are named. */
const DEFAULT_COLUMNS: DefaultColumns = { count: 'COUNT', mean: 'MEAN' }

export function columnNames({ columns = DEFAULT_COLUMNS }: { readonly columns?: Columns }): string[] {
  return Object.keys(columns)
}

function selectionOf({
  columns = DEFAULT_COLUMNS,
  value,
  values,
  entries,
  members,
  grid,
}: Omit<Selection<Columns>, 'grid'> & { readonly grid?: number | true }): Parts['selection'] {
  const kept = [
    ...(value ? ['value'] : []),
    ...(values === undefined ? [] : ['values(last: $values)']),
    ...(entries === undefined ? [] : ['entries(top: $entries) { value count }']),
    ...(members === undefined ? [] : ['members(first: $members)']),
  ]
  const counts = { values, entries, members, width: grid === true ? undefined : grid }
  return {
    fields: [
      ...SERIES_FIELDS,
      'interval { name step steps resolution timeZone }',
      ...Object.entries(columns).map(([name, column]) => columnField(name, column)),
      ...(kept.length === 0 ? [] : ['buckets {', ...indented(kept), '}']),
      ...(grid === undefined ? [] : [`grid${grid === true ? '' : '(width: $width)'} { width from counts }`]),
    ],
    variables: Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined)),
  }
}

const STATS: { readonly [S in AnyStat]: true } = {
  COUNT: true,
  SUM: true,
  MEAN: true,
  MIN: true,
  MAX: true,
  FIRST: true,
  LAST: true,
  RATE: true,
  STDDEV: true,
  PERCENTILE: true,
}

function columnField(name: string, column: Column): string {
  const { stat, p, fill } = typeof column === 'string' ? { stat: column } : column
  if (!/^(?!__)[A-Za-z_]\w*$/.test(name))
    throw badInput(`a column's name has letters, digits and "_" only: ${JSON.stringify(name)} has not`)
  if (TAKEN.has(name)) throw badInput(`a column cannot be called "${name}", as something else of a series is`)
  if (!Object.hasOwn(STATS, stat))
    throw badInput(`column "${name}": stat is one of ${Object.keys(STATS).join(', ')}`)
  if (p !== undefined && !Number.isFinite(p)) throw badInput(`column "${name}": p is a number from 0 to 100`)
  if (fill !== undefined && fill !== 'NULL' && fill !== 'ZERO')
    throw badInput(`column "${name}": fill is NULL or ZERO`)
  const args = [
    `stat: ${stat}`,
    ...(p === undefined ? [] : [`p: ${p}`]),
    ...(fill === undefined ? [] : [`fill: ${fill}`]),
  ]
  return `${name}: column(${args.join(', ')})`
}

function badInput(message: string): KairosError {
  return new KairosError('BAD_USER_INPUT', message)
}
