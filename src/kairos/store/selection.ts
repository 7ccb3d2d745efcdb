import type { Backlog } from '../backlog.ts'
import { count, range, type Step as Unit } from '../calendar/index.ts'
import type { Client } from '../cluster.ts'
import { KairosError, TooManyValues } from '../errors.ts'
import { finest, hasLeft, type Interval } from '../interval.ts'
import type { Cells, SeriesType } from '../kinds/index.ts'
import type { StoreObserver } from '../observer.ts'
import { type RangeOptions, stepsOf, withinTime } from '../range.ts'
import { condense, fold, mostValues, type ReadSteps, readSteps, type Step, span } from '../read.ts'
import { Bucket } from './bucket.ts'
import type { Definition } from './definition.ts'
import { type Folding, folding, foldingFactor } from './folding.ts'
import type { Value } from './value.ts'

/** How the steps that are read are shown. */
export interface ReadOptions {
  /** fold the resolution buckets of each step into one; default false */
  readonly condensed?: boolean | undefined
  /** fold the whole range into one bucket; default false */
  readonly collapsed?: boolean | undefined
}

/** What is asked of a selection. */
export interface Query extends RangeOptions, ReadOptions {
  /** fold neighbours until at most so many buckets remain; absent: none */
  readonly maxPoints?: number | undefined
}

/** A query that was understood; nothing is read yet. */
export interface Plan {
  readonly selection: Selection
  /** finest buckets of each series that will be read */
  readonly buckets: number
  /** stored values that will be loaded at most; infinite where a bucket may hold any number */
  readonly mostValues: number
  /**
   * Reads, in one round trip. `maxValues` is how many stored values may be loaded; default the limit. Throws RANGE_TOO_LARGE
   * (TooManyValues) before more are.
   */
  read(maxValues?: number): Promise<Run>
}

/** A run of buckets, as it was read. */
export interface Run {
  readonly selection: Selection
  readonly buckets: readonly Bucket[]
  /** interval buckets in each bucket: 1 unless `maxPoints` folded them */
  readonly folded: number
  /** end of the last bucket, in Unix seconds */
  readonly end: number
  /** how many stored values were loaded */
  readonly values: number
}

/** Steps as they were read, which may be shown in more than one way. */
export interface StepsRead {
  /**
   * The buckets of the step that starts there, oldest first, without holes: one where it is `condensed`, else one for each
   * resolution; the same objects whenever they are asked for. None of a step that was not read.
   */
  buckets(start: number, condensed: boolean): readonly Bucket[]
}

export interface SelectionOptions {
  readonly redis: Client
  /** one series, or several that are joined; their intervals agree but for how long they are kept */
  readonly series: readonly { readonly name: string; readonly interval: Interval }[]
  /** of the first */
  readonly definition: Definition
  readonly interval: Interval
  /** finest buckets of one read */
  readonly maxBuckets: number
  /** stored values that one read loads */
  readonly maxValues: number
  readonly clock: () => number
  readonly backlog: Backlog
  readonly observer?: StoreObserver | undefined
}

/** Bytes that asking for a bucket takes, about; of what is loaded, as much waits as there is in one go. */
const BUCKET = 16

/** Steps that a read covers where neither it nor the interval says. */
const DEFAULT_STEPS = 100
const MOST_DEFAULT_STEPS = 1000

/** One series, or several joined bucket by bucket, in one of its intervals. */
export class Selection {
  readonly definition: Definition
  readonly interval: Interval
  readonly #series: SelectionOptions['series']
  /** those of the series, each once */
  readonly #intervals: readonly Interval[]
  readonly #redis: Client
  readonly #maxBuckets: number
  readonly #maxValues: number
  readonly #clock: () => number
  readonly #backlog: Backlog
  readonly #observer: StoreObserver | undefined

  constructor(options: SelectionOptions) {
    const { redis, series, definition, interval, maxBuckets, maxValues, clock, backlog, observer } = options
    this.definition = definition
    this.interval = interval
    this.#series = series
    this.#intervals = [...new Set(series.map((each) => each.interval))]
    this.#redis = redis
    this.#maxBuckets = maxBuckets
    this.#maxValues = maxValues
    this.#clock = clock
    this.#backlog = backlog
    this.#observer = observer
  }

  get names(): readonly string[] {
    return this.#series.map(({ name }) => name)
  }

  /** Whether the step that holds `time` is still kept. */
  reaches(time: number): boolean {
    return !hasLeft(
      this.interval,
      withinTime(() => this.interval.step.floor(time)),
      this.#clock(),
    )
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

  /** How many buckets a query without `maxPoints` gives. Nothing is read. Throws as `steps`. */
  count({ condensed = false, collapsed = false, ...range }: Query): number {
    if (collapsed) return 1
    const starts = this.steps(range)
    return count(this.#unit(condensed), starts[0] ?? 0, this.endOf(starts) - 1)
  }

  /** Reads a range, in one round trip. Throws as `plan`, and `read` of what it gives. */
  async query(query: Query): Promise<Run> {
    return await this.plan(query).read()
  }

  /** What a query will read. Throws as `steps`, and BAD_USER_INPUT where `maxPoints` is below 1. */
  plan({ maxPoints, condensed = false, collapsed = false, ...range }: Query): Plan {
    if (maxPoints !== undefined && maxPoints < 1)
      throw new KairosError('BAD_USER_INPUT', 'maxPoints must be 1 or more')
    const starts = this.steps(range)
    const unit = this.#unit(condensed)
    // As `folding` groups them: by their indexes, in which days that a zone left out are gaps.
    const all = unit.index(unit.floor(this.endOf(starts) - 1)) - unit.index(unit.floor(starts[0] ?? 0)) + 1
    const factor = foldingFactor(all, maxPoints ?? all)
    if (collapsed || factor === 1) return this.planSteps(starts, { condensed, collapsed })
    return this.#planFolded(unit, factor, starts)
  }

  /** Reads these steps, ascending, in one round trip. Throws RANGE_TOO_LARGE, TYPE_MISMATCH, STORE_UNAVAILABLE. */
  async read(starts: readonly number[]): Promise<StepsRead> {
    const { steps } = await this.#readSteps(starts, this.#maxValues)
    const all = new Map(steps.map((step) => [step.start, step]))
    const condensedOf = new Map<number, readonly Bucket[]>()
    const dividedOf = new Map<number, readonly Bucket[]>()
    return {
      buckets: (start, condensed) => {
        const shown = condensed ? condensedOf : dividedOf
        const step = all.get(start)
        const buckets = shown.get(start) ?? (step ? this.#bucketsOf([step], condensed) : [])
        shown.set(start, buckets)
        return buckets
      },
    }
  }

  /** Every key that may hold data of these steps, which follow one another, or by which these are found; of each series that is joined. */
  keys(starts: readonly number[]): readonly string[] {
    const { layout, kind } = this.definition.model
    return this.#series.flatMap(({ name, interval }) => layout.keys(kind, name, interval, starts))
  }

  /** Whether of the step that starts at `start` any series keeps data at one of these times, and not at the other. */
  leaves(start: number, before: number, now: number): boolean {
    if (before === now) return false
    return this.#intervals.some(
      (interval) => hasLeft(interval, start, before) !== hasLeft(interval, start, now),
    )
  }

  /** How one read of these steps gives their buckets: one for each step where it is `condensed`, one in all where `collapsed`, else one for each resolution. */
  planSteps(starts: readonly number[], { condensed = false, collapsed = false }: ReadOptions = {}): Plan {
    return this.#plan(starts, (steps) => ({
      buckets: collapsed ? [this.#whole(steps)] : this.#bucketsOf(steps, condensed),
      folded: 1,
      end: this.endOf(starts),
    }))
  }

  /** Where the last of these steps ends. */
  endOf(starts: readonly number[]): number {
    return this.interval.step.offset(starts.at(-1) ?? 0, 1)
  }

  /** What holds one bucket of a read. */
  #unit(condensed: boolean): Unit {
    return condensed ? this.interval.step : finest(this.interval)
  }

  #plan(
    starts: readonly number[],
    show: (steps: readonly Step<SeriesType, Value>[]) => Pick<Run, 'buckets' | 'folded' | 'end'>,
  ): Plan {
    return {
      selection: this,
      buckets: this.#finestBuckets(starts),
      mostValues: mostValues(this.definition.model.kind, this.#series, starts),
      read: async (maxValues = this.#maxValues) => {
        const { steps, values } = await this.#readSteps(starts, maxValues)
        return { selection: this, ...show(steps), values }
      },
    }
  }

  #whole(steps: readonly Step<SeriesType, Value>[]): Bucket {
    const { kind } = this.definition.model
    const cells = steps.map((step) => condense(kind, step))
    return this.#bucket(
      steps[0]?.start ?? 0,
      span(this.interval, steps),
      fold<SeriesType, Value>(kind, cells),
    )
  }

  /** Reads whatever the folded buckets cover, though the first and the last reach beyond the range, and its limit. */
  #planFolded(unit: Unit, factor: number, starts: readonly number[]): Plan {
    const first = unit.floor(starts[0] ?? 0)
    const last = unit.floor(this.endOf(starts) - 1)
    const groups = folding(unit, factor, first, last)
    const [from, end] = [groups.startOf(first), groups.endOf(last)]
    const steps = stepsOf(this.interval, { start: from, end: end - 1 }, this.#clock())
    return this.#plan(steps, (read) => {
      const cells = read.flatMap((step) => step.cells)
      return { buckets: this.#foldedBuckets(groups, { from, end }, cells), folded: groups.factor, end }
    })
  }

  #foldedBuckets(
    groups: Folding,
    { from, end }: { readonly from: number; readonly end: number },
    cells: Step<SeriesType, Value>['cells'],
  ): Bucket[] {
    const { kind } = this.definition.model
    const buckets: Bucket[] = []
    let next = 0
    for (let start = from; start < end; start = groups.endOf(start)) {
      const until = groups.endOf(start)
      const inside: (Cells<Value>[SeriesType] | null)[] = []
      for (; (cells[next]?.[0] ?? end) < until; next += 1) {
        const [at, cell] = cells[next] ?? [end, null]
        if (at >= start) inside.push(cell)
      }
      buckets.push(this.#bucket(start, until - start, fold<SeriesType, Value>(kind, inside)))
    }
    return buckets
  }

  async #readSteps(starts: readonly number[], most: number): Promise<ReadSteps<SeriesType, Value>> {
    const request = { series: this.#series, starts, now: this.#clock(), most }
    const buckets = this.#bucketsIn(starts) * this.#series.length
    try {
      const read = await this.#backlog.hold(buckets * BUCKET, () =>
        readSteps(this.#redis, this.definition.model, request),
      )
      this.#observer?.read(buckets, read.values)
      return read
    } catch (error) {
      // Whoever is told knows the limit, and not what others left of it.
      throw error instanceof TooManyValues ? new TooManyValues(this.#maxValues) : error
    }
  }

  #bucketsOf(steps: readonly Step<SeriesType, Value>[], condensed: boolean): Bucket[] {
    const { step, resolution } = this.interval
    const { kind } = this.definition.model
    if (condensed || resolution === null)
      return steps.map((each) =>
        this.#bucket(each.start, step.offset(each.start, 1) - each.start, condense(kind, each)),
      )
    return steps.flatMap((each) => {
      const end = step.offset(each.start, 1)
      const cells = new Map(each.cells)
      return range(resolution, each.start, end)
        .filter((start) => start < end)
        .map((start) => this.#bucket(start, resolution.offset(start, 1) - start, cells.get(start) ?? null))
    })
  }

  #bucket(timestamp: number, seconds: number, cell: Cells<Value>[SeriesType] | null): Bucket {
    const { model, codec } = this.definition
    return new Bucket({ kind: model.kind, cell, numeric: codec.numeric, timestamp, seconds })
  }

  #finestBuckets(starts: readonly number[]): number {
    return count(finest(this.interval), starts[0] ?? 0, this.endOf(starts) - 1)
  }

  /** Those of these steps alone, which may have gaps between them. */
  #bucketsIn(starts: readonly number[]): number {
    const { step, resolution } = this.interval
    if (resolution === null) return starts.length
    return starts.reduce((sum, start) => sum + count(resolution, start, step.offset(start, 1) - 1), 0)
  }

  #refuseTooMany(starts: readonly number[]): void {
    const buckets = this.#finestBuckets(starts)
    if (buckets <= this.#maxBuckets) return
    throw new KairosError(
      'RANGE_TOO_LARGE',
      `this range has ${buckets} buckets, of which one read takes ${this.#maxBuckets}`,
      { limit: 'maxBuckets' },
    )
  }
}
