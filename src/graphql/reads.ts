import type { Query, Run } from '../kairos/index.ts'
import type { Context } from './context.ts'
import { readingTime, type Time } from './time.ts'

/** The arguments of every field that reads a range. */
export interface RangeArguments {
  readonly interval?: string | null | undefined
  readonly start?: Time | null | undefined
  readonly end?: Time | null | undefined
  readonly steps?: number | null | undefined
  readonly condensed: boolean
  readonly collapsed: boolean
  readonly maxPoints?: number | null | undefined
}

/** Reads of one operation, so that two aliases of the same share it. */
const reads = new WeakMap<Context, Map<string, Promise<Run>>>()

/** The range of one series, or of several joined. Throws what the store throws. */
export async function readRange(
  context: Context,
  names: string | readonly string[],
  range: RangeArguments,
): Promise<Run> {
  const shared = reads.get(context) ?? new Map<string, Promise<Run>>()
  reads.set(context, shared)
  const key = JSON.stringify([names, range])
  const known = shared.get(key) ?? read(context, names, range)
  shared.set(key, known)
  return await known
}

async function read(
  { store }: Context,
  names: string | readonly string[],
  range: RangeArguments,
): Promise<Run> {
  const now = store.clock()
  const query: Query = {
    start: readingTime(range.start, now),
    end: readingTime(range.end, now),
    steps: range.steps ?? undefined,
    condensed: range.condensed,
    collapsed: range.collapsed,
    maxPoints: range.maxPoints ?? undefined,
  }
  return await store.query(names, range.interval ?? undefined, query)
}
