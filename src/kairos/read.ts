import { count } from './calendar/index.ts'
import { bySlot, type Client } from './cluster.ts'
import { TooManyValues } from './errors.ts'
import { finest, type Interval } from './interval.ts'
import { type Cells, ForeignData, type Kind, type SeriesType } from './kinds/index.ts'
import type { Layout, ReadRequest, StepCells } from './layouts/index.ts'
import { foreignKey } from './redis-errors.ts'

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

export interface StepsRequest {
  /** joined where there are several; intervals of the same steps and resolution, which may be kept for different times */
  readonly series: readonly { readonly name: string; readonly interval: Interval }[]
  /** starts of the steps, ascending */
  readonly starts: readonly number[]
  /** the time now, in Unix seconds */
  readonly now: number
  /** stored values that may be loaded; absent: however many there are */
  readonly most?: number | undefined
}

export interface ReadSteps<T extends SeriesType, V> {
  readonly steps: readonly Step<T, V>[]
  /** how many stored values they hold, of each series that was joined */
  readonly values: number
}

/** The steps that start at `starts`; one round trip. Throws TooManyValues. */
export async function readSteps<T extends SeriesType, V>(
  redis: Client,
  source: Source<T, V>,
  { series, starts, now, most }: StepsRequest,
): Promise<ReadSteps<T, V>> {
  const { kind, layout } = source
  const intervals = [...new Set(series.map(({ interval }) => interval))]
  const groups = intervals.flatMap((interval) => {
    const names = series.filter((each) => each.interval === interval).map(({ name }) => name)
    const slots = bySlot(redis, names, (name) => layout.tag(name))
    return [...slots.values()].map((names) => ({ interval, names }))
  })
  const bounded = most !== undefined && mostValues(kind, series, starts) > most
  const read = new Map<string, StepCells<T, V>[]>()
  let values = 0
  const readGroup = async ({ interval, names }: (typeof groups)[number], most?: number) => {
    const cells = await readSeries(redis, source, { names, interval, steps: starts, now, most })
    for (const [n, name] of names.entries()) read.set(name, cells[n] ?? [])
    values += sizeOf(kind, cells)
  }
  // Where the limit may be reached, each may load its share at first. Those that hold more do so one after the other, told what the others left.
  const share = Math.floor((most ?? 0) / groups.length)
  const tooLarge = await Promise.all(
    groups.map(async (group) => {
      if (bounded && groups.length > 1) return await readGroup(group, share).then(none, orTooMany(group))
      await readGroup(group, bounded ? most : undefined)
      return []
    }),
  )
  for (const group of tooLarge.flat()) await readGroup(group, Math.max(0, (most ?? 0) - values))
  if (most !== undefined && values > most) throw new TooManyValues(most)
  const inOrder = series.map(({ name }) => read.get(name) ?? [])
  const [only] = inOrder
  const cellsAt = (i: number): StepCells<T, V> =>
    only && inOrder.length === 1
      ? (only[i] ?? [])
      : join(
          kind,
          inOrder.map((steps) => steps[i] ?? []),
        )
  return { steps: starts.map((start, i) => ({ start, cells: cellsAt(i) })), values }
}

const none = () => []

function orTooMany<G>(group: G): (error: unknown) => G[] {
  return (error) => {
    if (error instanceof TooManyValues) return [group]
    throw error
  }
}

/** How many stored values the steps of these series hold at most: infinite where a bucket may hold any number. */
export function mostValues(
  { single }: Pick<Kind, 'single'>,
  series: StepsRequest['series'],
  starts: readonly number[],
): number {
  const [first, last] = [starts[0], starts.at(-1)]
  const [{ interval } = {}] = series
  if (!single) return Number.POSITIVE_INFINITY
  if (first === undefined || last === undefined || interval === undefined) return 0
  return series.length * count(finest(interval), first, interval.step.offset(last, 1) - 1)
}

function sizeOf<T extends SeriesType, V>(
  kind: Kind<T>,
  cells: readonly (readonly StepCells<T, V>[])[],
): number {
  let size = 0
  for (const series of cells)
    for (const step of series) for (const [, cell] of step) if (cell !== null) size += kind.size(cell)
  return size
}

async function readSeries<T extends SeriesType, V>(
  redis: Client,
  { kind, layout, read }: Source<T, V>,
  request: Omit<ReadRequest<T, V>, 'kind' | 'read'>,
): Promise<StepCells<T, V>[][]> {
  try {
    return await layout.read(redis, { ...request, kind, read })
  } catch (error) {
    if (error instanceof ForeignData) throw foreignKey(error)
    if (error instanceof Error && error.message.includes('TOOMANYVALUES'))
      throw new TooManyValues(request.most ?? Number.POSITIVE_INFINITY)
    throw error
  }
}

function join<T extends SeriesType, V>(kind: Kind<T>, parts: readonly StepCells<T, V>[]): StepCells<T, V> {
  const byStart = new Map<number, (Cells<V>[T] | null)[]>()
  for (const [start, cell] of parts.flat()) {
    const cells = byStart.get(start)
    if (cells) cells.push(cell)
    else byStart.set(start, [cell])
  }
  return [...byStart]
    .sort(([a], [b]) => a - b)
    .map(([start, cells]): StepCells<T, V>[number] => [start, fold(kind, cells)])
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
  const only = cells[0]
  if (only && cells.length === 1) return only[1]
  return fold(
    kind,
    cells.map(([, cell]) => cell),
  )
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
