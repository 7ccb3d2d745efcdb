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
  const { interval, steps, condensed, maxRate } = options
  const args: readonly Argument[] = [
    ['interval', 'String!', interval],
    ['steps', 'Int', steps],
    ['condensed', 'Boolean!', condensed],
    ['maxRate', 'Float!', maxRate],
    ['after', 'String', null],
  ]
  return operation('subscription', options, args, (fields) => [
    'kind',
    'cursor',
    'removed',
    ...block('changed', fields),
  ])
}

/** The operation that `readSeries` sends. Throws BAD_USER_INPUT as that does. */
export function readOperation<C extends Columns>(options: ReadOptions<C>): Operation {
  const { interval, start, end, steps, condensed, collapsed, maxPoints } = options
  const args: readonly Argument[] = [
    ['interval', 'String', interval],
    ['start', 'Timestamp', start],
    ['end', 'Timestamp', end],
    ['steps', 'Int', steps],
    ['condensed', 'Boolean!', condensed],
    ['collapsed', 'Boolean!', collapsed],
    ['maxPoints', 'Int', maxPoints],
  ]
  return operation('query', options, args, (fields) => fields)
}

type Lines = readonly string[]

/** Left out where its value is undefined. */
type Argument = readonly [name: string, type: string, value: unknown]

interface Asked extends Omit<Selection<Columns>, 'grid'> {
  readonly name: string | readonly string[]
  readonly grid?: number | true
}

function operation(
  kind: 'query' | 'subscription',
  asked: Asked,
  args: readonly Argument[],
  around: (fields: Lines) => Lines,
): Operation {
  const { name, values, entries, members, grid } = asked
  const isJoined = typeof name !== 'string'
  const ofSeries = given([isJoined ? ['names', '[String!]!', name] : ['name', 'String!', name], ...args])
  const ofFields = given([
    ['values', 'Int', values],
    ['entries', 'Int', entries],
    ['members', 'Int', members],
    ['width', 'Float', grid === true ? undefined : grid],
  ])
  const variables = [...ofSeries, ...ofFields]
  const declared = variables.map(([each, type]) => `$${each}: ${type}`).join(', ')
  const passed = ofSeries.map(([each]) => `${each}: $${each}`).join(', ')
  const field = `${isJoined ? 'join' : 'series'}(${passed})`
  return {
    query: block(`${kind} (${declared})`, block(field, around(fieldsOf(asked)))).join('\n'),
    variables: Object.fromEntries(variables.map(([each, , value]) => [each, value])),
  }
}

const given = (args: readonly Argument[]) => args.filter(([, , value]) => value !== undefined)

const block = (head: string, lines: Lines): Lines => [`${head} {`, ...lines.map((line) => `  ${line}`), '}']

/** Columns are fields beside these, under names of the caller's. */
const FIELDS: Lines = ['names', 'type', 'unit', 'folded', 'end', 'timestamps']
const TAKEN: Lines = [...FIELDS, 'interval', 'buckets', 'grid']

/** The columns that are asked for, where none are named. */
const DEFAULT_COLUMNS: DefaultColumns = { count: 'COUNT', mean: 'MEAN' }

/** The names under which columns come. */
export function columnNames({ columns = DEFAULT_COLUMNS }: { readonly columns?: Columns }): string[] {
  return Object.keys(columns)
}

function fieldsOf({ columns = DEFAULT_COLUMNS, value, values, entries, members, grid }: Asked): Lines {
  const kept = [
    value && 'value',
    values !== undefined && 'values(last: $values)',
    entries !== undefined && 'entries(top: $entries) { value count }',
    members !== undefined && 'members(first: $members)',
  ].filter((field) => typeof field === 'string')
  return [
    ...FIELDS,
    'interval { name step steps resolution timeZone }',
    ...Object.entries(columns).map(([name, column]) => columnField(name, column)),
    ...(kept.length > 0 ? block('buckets', kept) : []),
    ...(grid === undefined ? [] : [`grid${grid === true ? '' : '(width: $width)'} { width from counts }`]),
  ]
}

/** What stands in the text of a document, where whatever else the caller wrote would be a part of it. */
function columnField(name: string, column: Column): string {
  const { stat, p, fill = 'NULL' } = typeof column === 'string' ? { stat: column } : column
  if (!/^(?!__)[A-Za-z_]\w*$/.test(name) || TAKEN.includes(name))
    throw badColumn(name, `a name has letters, digits and "_", and is none of ${TAKEN.join(', ')}`)
  if (!/^[A-Z]+$/.test(stat) || !/^[A-Z]+$/.test(fill)) throw badColumn(name, 'stat and fill are words')
  if (p !== undefined && !Number.isFinite(p)) throw badColumn(name, 'p is a number from 0 to 100')
  return `${name}: column(stat: ${stat}${p === undefined ? '' : `, p: ${p}`}${fill === 'NULL' ? '' : `, fill: ${fill}`})`
}

function badColumn(name: string, why: string): KairosError {
  return new KairosError('BAD_USER_INPUT', `column ${JSON.stringify(name)}: ${why}`)
}
