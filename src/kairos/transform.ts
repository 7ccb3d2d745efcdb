import { KairosError } from './errors.ts'
import type { Cells, Data, Kind, SeriesType } from './kinds/index.ts'
import { statistics } from './statistics.ts'

const names = ['mean', 'count', 'min', 'max', 'sum', 'rate'] as const

/**
 * `mean`, `min` and `max` of nothing are null; `rate` is the count a second, of a histogram a rate for each value.
 * A count knows only `rate`, a gauge none.
 */
export type NamedTransform = (typeof names)[number]

/** What to make of a bucket's data; `seconds` is the length of its span. */
export type TransformFunction<D> = (data: D, seconds: number) => unknown

/** One transform, or several: an array or a record of them gives an object, an array's by their names, or places where they have none. */
export type Transform<D> =
  | NamedTransform
  | TransformFunction<D>
  | readonly (NamedTransform | TransformFunction<D>)[]
  | Readonly<Record<string, NamedTransform | TransformFunction<D>>>

/** What a transform makes of `D`, the data of a series of type `T` with values `V`. */
export type Transformed<T extends SeriesType, V, X> = X extends undefined
  ? Data<V>[T]
  : X extends 'rate'
    ? T extends 'histogram'
      ? Map<V, number>
      : number
    : X extends 'count' | 'sum'
      ? number
      : X extends 'mean'
        ? number | null
        : X extends 'min' | 'max'
          ? V | null
          : X extends (data: Data<V>[T], seconds: number) => infer R
            ? R
            : X extends readonly NamedTransform[]
              ? { [N in X[number]]: Transformed<T, V, N> }
              : X extends readonly unknown[]
                ? Record<string, unknown>
                : { [K in keyof X]: Transformed<T, V, X[K]> }

/** Throws BAD_USER_INPUT where `transform` is unknown, or the type lacks it. */
export function checkTransform<D>(kind: Kind, transform: Transform<D>): void {
  if (typeof transform === 'function') return
  if (typeof transform === 'object' && transform !== null) {
    for (const each of Object.values(transform)) checkTransform(kind, each)
    return
  }
  const known: readonly string[] = kind.type === 'gauge' ? [] : kind.type === 'count' ? ['rate'] : names
  if (!known.includes(transform)) {
    throw new KairosError(
      'BAD_USER_INPUT',
      `a ${kind.type} has no transform "${String(transform)}"; it has ${known.length > 0 ? known.join(', ') : 'none'}`,
    )
  }
}

/** The transform of one bucket; `seconds` is the length of its span. */
export function applyTransform<T extends SeriesType, V>(
  kind: Kind<T>,
  cell: Cells<V>[T] | null,
  transform: Transform<Data<V>[T]>,
  seconds: number,
): unknown {
  if (typeof transform === 'function') return transform(kind.data(cell), seconds)
  if (typeof transform === 'string') return named(kind, cell, transform, seconds)
  const entries: [string, NamedTransform | TransformFunction<Data<V>[T]>][] = Array.isArray(transform)
    ? transform.map((each, i) => [typeof each === 'string' ? each : each.name || String(i), each])
    : Object.entries(transform)
  return Object.fromEntries(entries.map(([key, each]) => [key, applyTransform(kind, cell, each, seconds)]))
}

function named<T extends SeriesType, V>(
  kind: Kind<T>,
  cell: Cells<V>[T] | null,
  name: NamedTransform,
  seconds: number,
): unknown {
  if (typeof cell === 'number') return cell / seconds
  const samples = cell === null ? [] : [...kind.samples(cell)]
  const weight = samples.reduce((total, [, each]) => total + each, 0)
  switch (name) {
    case 'count':
      return weight
    case 'rate':
      return kind.type === 'histogram'
        ? new Map(samples.map(([value, each]) => [value, each / seconds]))
        : weight / seconds
    case 'min':
      return extreme(samples, (a, b) => a < b)
    case 'max':
      return extreme(samples, (a, b) => a > b)
    default:
      return statistics(samples.map(([value, each]) => [numeric(value, name), each] as const))[name]
  }
}

function extreme<V>(samples: readonly (readonly [V, number])[], beats: (a: V, b: V) => boolean): V | null {
  const values = samples.map(([value]) => value)
  return values.length === 0 ? null : values.reduce((best, value) => (beats(value, best) ? value : best))
}

function numeric(value: unknown, name: string): number {
  if (typeof value === 'number') return value
  throw new KairosError(
    'BAD_USER_INPUT',
    `"${name}" needs numbers: give the Timeseries a read function such as Number`,
  )
}
