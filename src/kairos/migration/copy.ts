import { isDeepStrictEqual } from 'node:util'
import type { Redis } from 'ioredis'
import { groupsOf } from '../batch.ts'
import { range } from '../calendar/index.ts'
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
  /** the time now, in Unix seconds */
  readonly now: number
}

type Cell = Cells<string>[SeriesType] | null

/** Some steps of the new interval, with what their buckets are to hold. */
interface Page {
  readonly steps: readonly number[]
  /** by the start of the step, then of the bucket */
  readonly cells: ReadonlyMap<number, ReadonlyMap<number, Cell>>
}

/** The copy is not what the data are. */
export class CopyFault extends Error {
  override readonly name = 'CopyFault'
}

/** Finest buckets of the new interval that are copied at once. */
const PAGE = 2000

const asText = (text: string) => text

/** Writes the copy where nothing is yet. */
export async function writeCopy(redis: Redis, copy: Copy): Promise<void> {
  const { name, to, move, now } = copy
  const { kind, layout } = to.model
  for await (const { cells } of pagesOf(redis, copy)) {
    const writes: KeyWrite[] = []
    for (const [step, buckets] of cells)
      for (const [start, cell] of buckets)
        writes.push(
          ...layout.writes(
            kind,
            { name, interval: move.to, step, start },
            cell === null ? [] : kind.texts(cell),
          ),
        )
    if (writes.length > 0) await writeGroups(redis, layout, groupsOf(writes, now))
  }
}

/** Reads the copy beside the data. Throws CopyFault where they differ. */
export async function verifyCopy(redis: Redis, copy: Copy): Promise<void> {
  const { name, to, move, now } = copy
  const { kind, layout } = to.model
  for await (const { steps, cells } of pagesOf(redis, copy)) {
    const request = { kind, names: [name], interval: move.to, steps, read: asText, now }
    const [copied = []] = await layout.read(redis, request)
    steps.forEach((step, i) => {
      const expected = [...(cells.get(step) ?? [])].filter(
        ([, cell]) => cell !== null || kind.type === 'count',
      )
      const actual = (copied[i] ?? []).filter(([, cell]) => cell !== null || move.to.resolution !== null)
      if (!sameCells(kind, expected, actual))
        throw new CopyFault(`the copy of "${name}", interval ${move.to.name}, differs at ${step}`)
    })
  }
}

/** What the new interval is to hold, a page of its steps at a time. */
async function* pagesOf(redis: Redis, { name, from, to, move, steps, now }: Copy): AsyncGenerator<Page> {
  const size = Math.max(1, Math.floor(PAGE / bucketsOfStep(move.to)))
  const wanted = newSteps(move, steps).filter((step) => !hasLeft(move.to, step, now))
  const convert = (text: string) => String(to.codec.write(from.codec.read(text)))
  let oldest = 0
  for (let at = 0; at < wanted.length; at += size) {
    const page = wanted.slice(at, at + size)
    const end = move.to.step.offset(page.at(-1) ?? 0, 1)
    while (move.from.step.offset(steps[oldest] ?? end, 1) <= (page[0] ?? 0)) oldest += 1
    const beyond = lowerBound(steps, end)
    const old = steps.slice(oldest, beyond)
    const { kind, layout } = from.model
    const [found = []] = await layout.read(redis, {
      kind,
      names: [name],
      interval: move.from,
      steps: old,
      read: kind.type === 'count' ? asText : convert,
      now,
    })
    yield { steps: page, cells: gather(kind, move, new Set(page), found.flat()) }
  }
}

/** The new steps in which data of the old ones lie. */
function newSteps({ from, to }: Move, steps: readonly number[]): number[] {
  const starts = new Set(steps.flatMap((step) => range(to.step, step, from.step.offset(step, 1) - 1)))
  return [...starts].sort((a, b) => a - b)
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

function gather(
  kind: Kind,
  { from, to }: Move,
  page: ReadonlySet<number>,
  found: StepCells<SeriesType, string>,
): Map<number, Map<number, Cell>> {
  const parts = new Map<number, Map<number, Cell[]>>()
  for (const [start, cell] of found) {
    const bucket = finest(to).floor(start)
    const step = to.step.floor(start)
    if (!page.has(step) || (cell === null && from.resolution === null)) continue
    if (finest(from).offset(start, 1) > finest(to).offset(bucket, 1))
      throw new CopyFault(`the bucket at ${start} lies in more than one of interval ${to.name}`)
    const buckets = parts.get(step) ?? new Map<number, Cell[]>()
    parts.set(step, buckets)
    buckets.set(bucket, [...(buckets.get(bucket) ?? []), cell])
  }
  return new Map(
    [...parts].map(([step, buckets]) => [
      step,
      new Map([...buckets].map(([bucket, cells]) => [bucket, fold<SeriesType, string>(kind, cells)])),
    ]),
  )
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
