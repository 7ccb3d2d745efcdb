import { isDeepStrictEqual } from 'node:util'
import { groupsOf } from '../batch.ts'
import type { Client } from '../cluster.ts'
import { bucketsOfStep, finest, hasLeft } from '../interval.ts'
import type { Cells, Kind, SeriesType } from '../kinds/index.ts'
import type { KeyWrite, StepCells } from '../layouts/index.ts'
import { fold } from '../read.ts'
import type { Definition } from '../store/definition.ts'
import { writeGroups } from '../writer.ts'
import type { Move } from './plan.ts'

export interface Copy {
  readonly name: string
  readonly from: Definition
  /** the new definition, in the layout of the place where data wait */
  readonly to: Definition
  readonly move: Move
  /** starts of the old steps of which there are data, ascending */
  readonly steps: readonly number[]
  /** the time at which the copy began, in Unix seconds: what has left by then is not copied */
  readonly now: number
  readonly clock: () => number
}

type Cell = Cells<string>[SeriesType] | null

/** By the start of the step, then of the bucket. */
type StepsOfCells = ReadonlyMap<number, ReadonlyMap<number, Cell>>

/** Some steps of the new interval, with what their buckets are to hold. */
interface Page {
  readonly steps: readonly number[]
  readonly cells: StepsOfCells
}

/** The copy is not what the data are. */
export class CopyFault extends Error {
  override readonly name = 'CopyFault'
}

/** Finest buckets that are copied at once, fewer where they hold much. */
const MOST_BUCKETS = 2000
const FIRST_BUCKETS = 500
/** Values after which fewer buckets are copied at once. */
const MANY_VALUES = 50_000

/** Texts of one bucket in one write, an even number; and arguments in one call. */
const MOST_TEXTS = 10_000
const MOST_ARGUMENTS = 50_000

const asText = (text: string) => text

/** Writes the copy where nothing is yet. */
export async function writeCopy(redis: Client, copy: Copy): Promise<void> {
  const { layout } = copy.to.model
  let writes: KeyWrite[] = []
  let size = 0
  const flush = async () => {
    if (writes.length > 0) await writeGroups(redis, layout, groupsOf(writes, copy.now))
    writes = []
    size = 0
  }
  for await (const { cells } of pagesOf(redis, copy)) {
    for (const write of writesOf(copy, cells)) {
      writes.push(write)
      size += 1 + write.args.length
      if (size > MOST_ARGUMENTS) await flush()
    }
  }
  await flush()
}

function* writesOf({ name, to, move }: Copy, cells: StepsOfCells): Iterable<KeyWrite> {
  const { kind, layout } = to.model
  for (const [step, buckets] of cells) {
    for (const [start, cell] of buckets) {
      const place = { name, interval: move.to, step, start }
      const texts = cell === null ? [] : kind.texts(cell)
      // A bucket of nothing may have to be opened.
      for (let at = 0; at === 0 || at < texts.length; at += MOST_TEXTS)
        yield* layout.writes(kind, place, texts.slice(at, at + MOST_TEXTS))
    }
  }
}

/** Reads the copy beside the data. Throws CopyFault where they differ. */
export async function verifyCopy(redis: Client, copy: Copy): Promise<void> {
  const { name, to, move, now, clock } = copy
  const { kind, layout } = to.model
  const opened = kind.type === 'count' && move.to.resolution !== null
  const kept = ([, cell]: readonly [number, Cell]) => cell !== null || opened
  for await (const { steps, cells } of pagesOf(redis, copy)) {
    const request = { kind, names: [name], interval: move.to, steps, read: asText, now }
    const [copied = []] = await layout.read(redis, request)
    const later = clock()
    steps.forEach((step, i) => {
      const expected = [...(cells.get(step) ?? [])].filter(kept)
      const actual = (copied[i] ?? []).filter(kept)
      if (!sameCells(kind, expected, actual) && !hasLeftMeanwhile(move, step, later))
        throw new CopyFault(
          `The copy of "${name}", interval ${move.to.name}, is not what is stored at ${step}: does anybody write to it? Its data are where they were.`,
        )
    })
  }
}

/** Whether a step, or one whose data it takes in, may have expired since it was copied. */
function hasLeftMeanwhile({ from, to }: Move, step: number, later: number): boolean {
  return hasLeft(to, step, later) || hasLeft(from, from.step.floor(step), later)
}

/** What the new interval is to hold, a page of its steps at a time. */
async function* pagesOf(redis: Client, copy: Copy): AsyncGenerator<Page> {
  const { move, steps, now } = copy
  const wanted = newSteps(move, steps)
  let buckets = FIRST_BUCKETS
  let oldest = 0
  for (let next = wanted.next(); !next.done; ) {
    while (move.from.step.offset(steps[oldest] ?? next.value, 1) <= next.value) oldest += 1
    const [most, mostOld] = [move.to, move.from].map((each) => buckets / bucketsOfStep(each))
    const endOfOldest = move.from.step.offset(steps[oldest] ?? next.value, 1)
    const page: number[] = []
    let beyond = oldest
    // An old step is read as a whole: then what becomes of it belongs to one page.
    while (
      !next.done &&
      (page.length === 0 ||
        next.value < endOfOldest ||
        (page.length < (most ?? 0) && beyond - oldest < (mostOld ?? 0)))
    ) {
      page.push(next.value)
      beyond = lowerBound(steps, move.to.step.offset(next.value, 1))
      next = wanted.next()
    }
    const cells = await cellsOf(redis, copy, page, steps.slice(oldest, beyond), Math.ceil(mostOld ?? 1))
    yield { steps: page.filter((step) => !hasLeft(move.to, step, now)), cells }
    const values = valuesIn(cells)
    if (values > MANY_VALUES) buckets = Math.max(1, buckets / 4)
    else if (values < MANY_VALUES / 4) buckets = Math.min(MOST_BUCKETS, buckets * 2)
  }
}

/** The new steps in which data of the old ones lie, ascending. */
function* newSteps({ from, to }: Move, steps: readonly number[]): Generator<number, undefined> {
  let last = Number.NEGATIVE_INFINITY
  for (const step of steps) {
    const end = from.step.offset(step, 1)
    for (let start = Math.max(to.step.floor(step), last); start < end; start = to.step.offset(start, 1)) {
      if (start > last) yield start
      last = start
    }
  }
}

/** How many of the ascending `steps` come before `end`. */
function lowerBound(steps: readonly number[], end: number): number {
  let [low, high] = [0, steps.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((steps[middle] ?? end) < end) low = middle + 1
    else high = middle
  }
  return low
}

/** What the steps of a page are to hold; of the old ones `size` are read at once. */
async function cellsOf(
  redis: Client,
  { name, from, to, move, now }: Copy,
  page: readonly number[],
  old: readonly number[],
  size: number,
): Promise<StepsOfCells> {
  const { kind, layout } = from.model
  const convert = (text: string) => String(to.codec.write(from.codec.read(text)))
  const read = kind.type === 'count' ? asText : convert
  const wanted = new Set(page.filter((step) => !hasLeft(move.to, step, now)))
  const cells = new Map<number, Map<number, Cell>>()
  for (let at = 0; at < old.length; at += size) {
    const steps = old.slice(at, at + size)
    const [found = []] = await layout.read(redis, {
      kind,
      names: [name],
      interval: move.from,
      steps,
      read,
      now,
    })
    gather(kind, move, wanted, found.flat(), cells)
  }
  return cells
}

/** Adds to `cells` what was found. */
function gather(
  kind: Kind,
  { from, to }: Move,
  wanted: ReadonlySet<number>,
  found: StepCells<SeriesType, string>,
  cells: Map<number, Map<number, Cell>>,
): void {
  const parts = new Map<string, { step: number; bucket: number; cells: Cell[] }>()
  for (const [start, cell] of found) {
    const bucket = finest(to).floor(start)
    const step = to.step.floor(start)
    if (!wanted.has(step) || (cell === null && from.resolution === null)) continue
    if (finest(from).offset(start, 1) > finest(to).offset(bucket, 1))
      throw new CopyFault(`The bucket at ${start} lies in more than one of interval ${to.name}.`)
    const id = `${step} ${bucket}`
    const part = parts.get(id) ?? { step, bucket, cells: [] }
    parts.set(id, part)
    part.cells.push(cell)
  }
  for (const { step, bucket, cells: more } of parts.values()) {
    const buckets = cells.get(step) ?? new Map<number, Cell>()
    cells.set(step, buckets)
    buckets.set(bucket, fold<SeriesType, string>(kind, [buckets.get(bucket) ?? null, ...more]))
  }
}

function valuesIn(cells: StepsOfCells): number {
  let values = 0
  for (const buckets of cells.values()) for (const cell of buckets.values()) values += sizeOf(cell)
  return values
}

function sizeOf(cell: Cell): number {
  if (cell === null || typeof cell === 'number') return 1
  return 'size' in cell ? cell.size : cell.length
}

function sameCells(
  kind: Kind,
  expected: StepCells<SeriesType, string>,
  actual: StepCells<SeriesType, string>,
): boolean {
  const copied = new Map(actual)
  return (
    expected.length === actual.length &&
    expected.every(([start, cell]) => copied.has(start) && sameCell(kind, cell, copied.get(start) ?? null))
  )
}

/** Redis keeps 17 decimals of a total in a key of its own. */
const TOLERANCE = 1e-12

function sameCell(kind: Kind, a: Cell, b: Cell): boolean {
  if (kind.type === 'count')
    return Math.abs(Number(a ?? 0) - Number(b ?? 0)) <= TOLERANCE * Math.abs(Number(a ?? 0))
  return isDeepStrictEqual(kind.data(a), kind.data(b))
}
