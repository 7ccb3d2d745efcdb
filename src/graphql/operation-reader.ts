import { type Plan, type Run, TooManyValues } from '../kairos/index.ts'
import type { Context, OperationLimits } from './context.ts'
import type { Asked } from './cost.ts'
import { tooExpensive } from './errors.ts'
import { inStoreSpan } from './span.ts'

/** A plan that waits to be read. */
interface Waiting {
  readonly plan: Plan
  readonly settle: (run: Run) => void
  readonly fail: (error: unknown) => void
}

/** What one operation reads, within its limits; the same is read once. */
export class OperationReader {
  static readonly #known = new WeakMap<Context, OperationReader>()
  readonly #limits: OperationLimits
  readonly #plans = new Map<string, Plan>()
  readonly #runs = new Map<Plan, Promise<Run>>()
  #cost = 0
  /** stored values that were loaded */
  #values = 0
  #waiting: Waiting[] = []
  #working = false

  constructor(limits: OperationLimits) {
    this.#limits = limits
  }

  /** The one that this context is of. */
  static of(context: Context): OperationReader {
    const known = OperationReader.#known.get(context) ?? new OperationReader(context.limits)
    OperationReader.#known.set(context, known)
    return known
  }

  /** What `make` gives, made once for what is `asked`. */
  plan(asked: unknown, make: () => Plan): Plan {
    const key = JSON.stringify(asked)
    const plan = this.#plans.get(key) ?? make()
    this.#plans.set(key, plan)
    return plan
  }

  /** Counts what plans cost, before anything is read. Throws RANGE_TOO_LARGE. */
  charge(plans: readonly Pick<Plan, 'buckets' | 'selection'>[], { ofBucket }: Asked): void {
    const buckets = plans.reduce((sum, each) => sum + each.buckets * each.selection.names.length, 0)
    this.pay(buckets * ofBucket)
  }

  /** Reads together with whatever else waits by the end of this turn. Throws RANGE_TOO_LARGE where that is too much. */
  async read(plan: Plan, { ofValue }: Asked): Promise<Run> {
    const known = this.#runs.get(plan) ?? this.#enqueue(plan)
    this.#runs.set(plan, known)
    const run = await known
    this.pay(run.values * ofValue)
    return run
  }

  /** Counts what anything else costs. Throws RANGE_TOO_LARGE. */
  pay(cost: number): void {
    const { maxCost } = this.#limits
    if (this.#cost + cost > maxCost) {
      throw tooExpensive(
        `this operation costs ${this.#cost + cost} with this field, of which one may cost ${maxCost}: ask for fewer buckets, series, or values of each bucket`,
      )
    }
    this.#cost += cost
  }

  #enqueue(plan: Plan): Promise<Run> {
    return new Promise((settle, fail) => {
      this.#waiting.push({ plan, settle, fail })
      if (this.#working) return
      this.#working = true
      queueMicrotask(() => void this.#work())
    })
  }

  /** What comes while others are read waits for them: only then it is known what they left. */
  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      const together = this.#waiting
      this.#waiting = []
      await this.#readTogether(together)
    }
    this.#working = false
  }

  /** All at once, each with a share of what may be loaded; those that need more one after the other, with what is left. */
  async #readTogether(together: readonly Waiting[]): Promise<void> {
    const left = this.#limits.maxValues - this.#values
    const shares = divide(
      left,
      together.map(({ plan }) => plan.mostValues),
    )
    const again = await Promise.all(
      together.map(async (waiting, i) => {
        const share = shares[i] ?? 0
        const done = await this.#readOne(waiting, share, share < left)
        return done ? [] : [waiting]
      }),
    )
    for (const waiting of again.flat())
      await this.#readOne(waiting, this.#limits.maxValues - this.#values, false)
  }

  /** Whether it is settled; where it would be too much, only unless there may be more `later`. */
  async #readOne({ plan, settle, fail }: Waiting, most: number, later: boolean): Promise<boolean> {
    try {
      const numbers = { 'kairos.buckets': plan.buckets, 'kairos.series': plan.selection.names.length }
      const run = await inStoreSpan('read', numbers, () => plan.read(most))
      this.#values += run.values
      settle(run)
    } catch (error) {
      if (later && error instanceof TooManyValues) return false
      fail(error)
    }
    return true
  }
}

/** So much for each that none could have more without another one having less; nobody gets more than it wants. */
function divide(total: number, wanted: readonly number[]): number[] {
  const shares = wanted.map(() => 0)
  const ascending = [...wanted.entries()].sort(([, a], [, b]) => Number(a > b) - Number(a < b))
  let left = total
  for (const [served, [i, most]] of ascending.entries()) {
    const share = Math.min(most, Math.floor(left / (wanted.length - served)))
    shares[i] = share
    left -= share
  }
  return shares
}
