import type { Redis } from 'ioredis'
import { finest, type Interval } from './interval.ts'
import type { Cells, Kind, SeriesType } from './kinds/index.ts'
import type { Layout, StepCells } from './layouts/layout.ts'
import { rethrow } from './redis-errors.ts'

/** One step of a read, with the data of its finest buckets, as they lie in Redis. */
export interface Step<T extends SeriesType, V> {
  /** its start */
  readonly start: number
  readonly cells: StepCells<T, V>
}

export interface Source<T extends SeriesType, V> {
  readonly kind: Kind<T>
  readonly layout: Layout
  readonly read: (text: string) => V
}

/** The steps that start at `starts`, the series joined where there are several names; one round trip. */
export async function readSteps<T extends SeriesType, V>(
  redis: Redis,
  { kind, layout, read }: Source<T, V>,
  names: readonly string[],
  interval: Interval,
  starts: readonly number[],
): Promise<Step<T, V>[]> {
  try {
    const series = await layout.read(redis, { kind, names, interval, steps: starts, read })
    return starts.map((start, i) => ({
      start,
      cells: join(
        kind,
        series.flatMap((steps) => steps[i] ?? []),
      ),
    }))
  } catch (error) {
    rethrow(error)
  }
}

function join<T extends SeriesType, V>(kind: Kind<T>, parts: readonly StepCells<T, V>[]): StepCells<T, V> {
  const [only] = parts
  if (only && parts.length === 1) return only
  const starts = new Set(parts.flatMap((cells) => [...cells.keys()]))
  return new Map(
    [...starts]
      .sort((a, b) => a - b)
      .map((start) => [
        start,
        fold(
          kind,
          parts.map((cells) => cells.get(start) ?? null),
        ),
      ]),
  )
}

/** Several buckets as one: null where none of them holds data. */
export function fold<T extends SeriesType, V>(
  kind: Kind<T>,
  cells: Iterable<Cells<V>[T] | null>,
): Cells<V>[T] | null {
  const full = [...cells].filter((cell): cell is Cells<V>[T] => cell !== null)
  return full.length === 0 ? null : kind.fold(full)
}

/** All the data of a step as one. */
export function condense<T extends SeriesType, V>(kind: Kind<T>, { cells }: Step<T, V>): Cells<V>[T] | null {
  return fold(kind, cells.values())
}

/** Seconds from the start of the first step to the end of the last. */
export function span({ step }: Interval, steps: readonly { readonly start: number }[]): number {
  const first = steps[0]?.start ?? 0
  return step.offset(steps.at(-1)?.start ?? first, 1) - first
}

/** Seconds that the finest bucket at `start` covers. */
export function width(interval: Interval, start: number): number {
  return finest(interval).offset(start, 1) - start
}
