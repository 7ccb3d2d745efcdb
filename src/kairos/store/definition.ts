import { globMatcher } from '../glob.ts'
import { compileIntervals, type Interval, type IntervalOptions } from '../interval.ts'
import { kinds, type SeriesType } from '../kinds/index.ts'
import type { Layout } from '../layouts/index.ts'
import type { Model } from '../model.ts'
import { type Codec, codec, type Value, type ValueType } from './value.ts'

/** One rule of the configuration: the names it covers and how they are kept. */
export interface DefinitionOptions {
  readonly name: string
  /** globs over series names: `*` within a dotted part, `**` across parts */
  readonly match: readonly string[]
  readonly type: SeriesType
  readonly values: ValueType
  /** numbers are rounded to multiples of it when written */
  readonly quantize?: number | undefined
  /** of the values, for axes */
  readonly unit?: string | undefined
  readonly description?: string | undefined
  readonly intervals: readonly (IntervalOptions & { readonly name: string })[]
}

/** A rule, understood. */
export interface Definition {
  readonly name: string
  readonly match: readonly string[]
  readonly type: SeriesType
  readonly valueType: ValueType
  /** null where numbers are kept as they are */
  readonly quantize: number | null
  readonly unit: string | null
  readonly description: string | null
  /** the finest step first */
  readonly intervals: readonly Interval[]
  readonly codec: Codec
  readonly model: Model<SeriesType, Value>
  matches(name: string): boolean
}

/** Throws BAD_USER_INPUT where the rule cannot be understood. */
export function define(options: DefinitionOptions, layout: Layout): Definition {
  const intervals = compileIntervals(
    Object.fromEntries(options.intervals.map((each) => [each.name, each])),
    layout.weeks,
  )
  const values = codec({ type: options.values, quantize: options.quantize })
  const matchers = options.match.map(globMatcher)
  return {
    name: options.name,
    match: options.match,
    type: options.type,
    valueType: options.values,
    quantize: options.quantize ?? null,
    unit: options.unit ?? null,
    description: options.description ?? null,
    intervals: [...intervals.values()].sort((a, b) => seconds(a) - seconds(b)),
    codec: values,
    model: { kind: kinds[options.type], layout, intervals, read: values.read, write: values.write },
    matches: (name) => matchers.some((matches) => matches(name)),
  }
}

/** Length of a step; of a calendar step the one at the epoch, near enough to sort by. */
function seconds({ step }: Interval): number {
  return step.offset(step.floor(0), 1) - step.floor(0)
}
