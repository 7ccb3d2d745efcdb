import type { Plan, Query, Run } from '../kairos/index.ts'
import type { Context } from './context.ts'
import type { Asked } from './cost.ts'
import { OperationReader } from './operation-reader.ts'
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

/** The range of one series, or of several joined. Throws what the store throws, and RANGE_TOO_LARGE. */
export async function readRange(
  context: Context,
  names: string | readonly string[],
  range: RangeArguments,
  asked: Asked,
): Promise<Run> {
  const reader = OperationReader.of(context)
  const plan = planRange(reader, context, names, range)
  reader.charge([plan], asked)
  return await reader.read(plan, asked)
}

/** The ranges of several series, each by itself. Throws RANGE_TOO_LARGE where they are too much together. */
export function readRanges(
  context: Context,
  names: readonly string[],
  range: RangeArguments,
  asked: Asked,
): Promise<Run>[] {
  const reader = OperationReader.of(context)
  const plans: Plan[] = []
  const reads = names.map((name): (() => Promise<Run>) => {
    try {
      const plan = planRange(reader, context, name, range)
      plans.push(plan)
      return () => reader.read(plan, asked)
    } catch (error) {
      return () => Promise.reject(error)
    }
  })
  reader.charge(plans, asked)
  return reads.map((read) => read())
}

/** One step of a series. Throws UNKNOWN_INTERVAL, RANGE_TOO_LARGE. */
export async function readStep(
  context: Context,
  { name, interval, start }: { readonly name: string; readonly interval: string; readonly start: number },
  asked: Asked,
): Promise<Run> {
  const reader = OperationReader.of(context)
  const plan = reader.plan([name, interval, start], () =>
    context.store.select(name, interval).planSteps([start]),
  )
  reader.charge([plan], asked)
  return await reader.read(plan, asked)
}

function planRange(
  reader: OperationReader,
  { store }: Context,
  names: string | readonly string[],
  range: RangeArguments,
): Plan {
  return reader.plan([names, range], () => {
    const now = store.clock()
    const query: Query = {
      start: readingTime(range.start, now),
      end: readingTime(range.end, now),
      steps: range.steps ?? undefined,
      condensed: range.condensed,
      collapsed: range.collapsed,
      maxPoints: range.maxPoints ?? undefined,
    }
    return store.plan(names, range.interval ?? undefined, query)
  })
}
