import type { Insert, NamedTransform } from '../../../src/kairos/index.ts'
import type { Clock } from './clock.ts'
import type { Interval } from './interval.ts'
import type { InsertSpec, ReadSpec, TimeSpec, TransformSpec } from './operations.ts'
import type { Scenario } from './scenario.ts'
import { type AnyTransform, named } from './transform.ts'
import { type AnyValue, type Sort, sorts } from './values.ts'

/** Makes the arguments of calls from what was generated: by the names, intervals and the clock of a scenario. */
export class Arguments {
  readonly #scenario: Scenario
  readonly #intervals: readonly Interval[]
  readonly #clock: Clock

  constructor(scenario: Scenario, intervals: readonly Interval[], clock: Clock) {
    this.#scenario = scenario
    this.#intervals = intervals
    this.#clock = clock
  }

  name(index: number): string {
    return pick(this.#scenario.names, index)
  }

  value(value: AnyValue): unknown {
    const { of }: Sort = sorts[this.#scenario.sort]
    return of(value)
  }

  /** The texts that are stored of values, as one. */
  stored(values: readonly unknown[]): string {
    const { write = (value) => value }: Sort = sorts[this.#scenario.sort]
    return JSON.stringify(values.map((value) => String(write(value))))
  }

  time({ interval, from, steps: n, at }: TimeSpec): number {
    const { step, steps = 1 } = pick(this.#intervals, interval)
    const back = { now: 0, midway: Math.floor(steps / 2), oldest: steps - 1, last: 1 - steps }[from]
    const start = step.offset(step.floor(this.#clock.now), n - back)
    const end = step.offset(start, 1)
    if (at === 'last') return end - 1e-6
    return at === 'first' ? start : start + ((end - start) * at) / 1000
  }

  insert({ name, value, timestamp, copies }: InsertSpec): Insert {
    return {
      name: this.name(name),
      ...this.#value(value),
      ...(timestamp && { timestamp: this.time(timestamp) }),
      ...(copies !== undefined && { intervals: copies }),
    }
  }

  /** Every named transform that the data have. */
  statistics(): readonly NamedTransform[] {
    const { read }: Sort = sorts[this.#scenario.sort]
    return named(this.#scenario.type).filter((name) => read || (name !== 'sum' && name !== 'mean'))
  }

  read({ names, single, interval, timestamp, start, end, steps, collapse, ...spec }: ReadSpec) {
    const [first = '', ...others] = names.map((name) => pick([...this.#scenario.names, 'nobody'], name))
    const options = { ...spec, transform: this.#transform(spec.transform) }
    return {
      names: single ? first : [first, ...others],
      interval: pick(this.#intervals, interval).name,
      options,
      get: { ...options, ...(timestamp && { timestamp: this.time(timestamp) }) },
      series: {
        ...options,
        ...(collapse !== undefined && { collapse }),
        ...(start && { start: this.time(start) }),
        ...(end && { end: this.time(end) }),
        // Beside both ends they have no meaning.
        ...(steps !== undefined && !(start && end) && { steps }),
      },
    }
  }

  /** A count has a default; of another type nothing is recorded. */
  #value(value: InsertSpec['value']): { readonly value?: unknown } {
    if (value === 'default') return this.#scenario.type === 'count' ? {} : { value: [] }
    return { value: 'text' in value ? this.value(value) : value.map((each) => this.value(each)) }
  }

  #transform(spec: TransformSpec | undefined): AnyTransform {
    if (!spec) return undefined
    const own = named(this.#scenario.type)
    const choices = own.length > 0 ? own : (['mean'] as const) // which is refused
    const chosen = spec.picks.map((index) => pick(choices, index))
    switch (spec.kind) {
      case 'name':
        return chosen[0]
      case 'list':
        return chosen
      case 'function':
        return withSeconds
      case 'record':
        return { ...Object.fromEntries(chosen.map((name, i) => [`t${i}`, name])), f: withSeconds }
    }
  }
}

function withSeconds(data: unknown, seconds: number) {
  return [data, seconds]
}

function pick<E>(choices: readonly E[], index: number): E {
  return choices[index % choices.length] as E
}
