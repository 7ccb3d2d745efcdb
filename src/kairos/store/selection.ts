import type { Redis } from 'ioredis'
import { count, range } from '../calendar/index.ts'
import { KairosError } from '../errors.ts'
import { finest, type Interval } from '../interval.ts'
import type { Cells, SeriesType } from '../kinds/index.ts'
import { type RangeOptions, stepsOf } from '../range.ts'
import { condense, fold, readSteps, type Step, span } from '../read.ts'
import { Bucket } from './bucket.ts'
import type { Definition } from './definition.ts'
import type { Value } from './value.ts'

export interface ReadOptions extends RangeOptions {
  /** fold the resolution buckets of each step into one */
  readonly condensed?: boolean | undefined
  /** fold the whole range into one bucket */
  readonly collapsed?: boolean | undefined
}

export interface SelectionOptions {
  readonly redis: Redis
  readonly names: readonly string[]
  readonly definition: Definition
  readonly interval: Interval
  /** finest buckets of one read */
  readonly maxBuckets: number
  readonly clock: () => number
}

/** Steps that a read covers where neither it nor the interval says. */
const DEFAULT_STEPS = 100
const MOST_DEFAULT_STEPS = 1000

/** One series, or several joined bucket by bucket, in one of its intervals. */
export class Selection {
  readonly names: readonly string[]
  readonly definition: Definition
  readonly interval: Interval
  readonly #redis: Redis
  readonly #maxBuckets: number
  readonly #clock: () => number

  constructor({ redis, names, definition, interval, maxBuckets, clock }: SelectionOptions) {
    this.names = names
    this.definition = definition
    this.interval = interval
    this.#redis = redis
    this.#maxBuckets = maxBuckets
    this.#clock = clock
  }

  /**
   * Starts of the steps of a range, ascending. Throws BAD_USER_INPUT where `steps` is below 1 or stands beside both
   * `start` and `end`, or `start` is after `end`; RANGE_TOO_LARGE.
   */
  steps({ start, end, steps }: RangeOptions = {}): number[] {
    if (steps !== undefined && steps < 1) throw new KairosError('BAD_USER_INPUT', 'steps must be 1 or more')
    if (start !== undefined && end !== undefined) {
      if (steps !== undefined)
        throw new KairosError('BAD_USER_INPUT', 'give start and end, or steps beside one of them')
      if (start > end) throw new KairosError('BAD_USER_INPUT', 'start must not be after end')
    }
    const most = Math.min(this.interval.steps ?? DEFAULT_STEPS, MOST_DEFAULT_STEPS)
    const starts = stepsOf(this.interval, { start, end, steps: steps ?? most }, this.#clock())
    this.#refuseTooMany(starts)
    return starts
  }

  /**
   * The buckets of these steps, oldest first, without holes: one for each step where it is `condensed`, one in all
   * where `collapsed`, else one for each resolution. One round trip.
   */
  async read(
    starts: readonly number[],
    { condensed = false, collapsed = false }: ReadOptions = {},
  ): Promise<Bucket[]> {
    const { names, interval } = this
    const request = { names, interval, starts, now: this.#clock() }
    const steps = await readSteps(this.#redis, this.definition.model, request)
    const { kind } = this.definition.model
    if (collapsed) {
      const whole = fold<SeriesType, Value>(
        kind,
        steps.map((step) => condense(kind, step)),
      )
      return [this.#bucket(starts[0] ?? 0, span(this.interval, steps), whole)]
    }
    return steps.flatMap((step) => this.#bucketsOf(step, condensed))
  }

  /** Where the last of these steps ends. */
  endOf(starts: readonly number[]): number {
    return this.interval.step.offset(starts.at(-1) ?? 0, 1)
  }

  #bucketsOf(step: Step<SeriesType, Value>, condensed: boolean): Bucket[] {
    const { resolution } = this.interval
    const end = this.interval.step.offset(step.start, 1)
    if (condensed || resolution === null) {
      return [this.#bucket(step.start, end - step.start, condense(this.definition.model.kind, step))]
    }
    const cells = new Map(step.cells)
    return range(resolution, step.start, end)
      .filter((start) => start < end)
      .map((start) => this.#bucket(start, resolution.offset(start, 1) - start, cells.get(start) ?? null))
  }

  #bucket(timestamp: number, seconds: number, cell: Cells<Value>[SeriesType] | null): Bucket {
    const { model, codec } = this.definition
    return new Bucket({ kind: model.kind, cell, numeric: codec.numeric, timestamp, seconds })
  }

  #refuseTooMany(starts: readonly number[]): void {
    const buckets = count(finest(this.interval), starts[0] ?? 0, this.endOf(starts)) - 1
    if (buckets <= this.#maxBuckets) return
    throw new KairosError(
      'RANGE_TOO_LARGE',
      `this range has ${buckets} buckets, of which one read takes ${this.#maxBuckets}`,
    )
  }
}
