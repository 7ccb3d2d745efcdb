/** What is written and watched: every type, over intervals that are full within minutes, so that buckets leave as fast as they come. */

const INTERVALS = { second: { step: 1, steps: 60 }, minute: { step: 60, steps: 10 } }

interface Rule {
  readonly type: 'count' | 'histogram' | 'gauge' | 'series' | 'set'
  /** of 100 series */
  readonly share: number
  readonly value: (i: number) => number | string
}

export const RULES: Readonly<Record<string, Rule>> = {
  requests: { type: 'count', share: 60, value: () => 1 },
  latency: { type: 'histogram', share: 20, value: (i) => (i * 7919) % 400 },
  temperature: { type: 'gauge', share: 10, value: (i) => 20 + (i % 50) / 10 },
  order: { type: 'series', share: 5, value: (i) => ((i * 31) % 900) / 4 },
  visitor: { type: 'set', share: 5, value: (i) => `visitor ${i % 300}` },
}

/** A gauge that is set to the time at which it was written, so that who sees it knows how late it is. */
export const PROBE = 'probe'

/** A count that is kept for longer than any run, so that in the end it says how much was written. */
export const KEPT = 'kept'

export function settings(): object {
  const rules = Object.entries(RULES).map(([name, { type }]) => ({
    name,
    match: `${name}.*`,
    type,
    intervals:
      type === 'count' ? { ...INTERVALS, [KEPT]: { step: 'yearly', steps: 3, timeZone: 'UTC' } } : INTERVALS,
    ...(type === 'histogram' ? { values: 'float', quantize: 10 } : {}),
    ...(type === 'series' || type === 'gauge' ? { values: 'float' } : {}),
  }))
  const probe = { name: PROBE, match: PROBE, type: 'gauge', values: 'float', intervals: INTERVALS }
  return { timeseries: [probe, ...rules] }
}

export interface Series {
  readonly name: string
  readonly rule: Rule
}

/** So many of all types, in a fixed order that mixes them. */
export function seriesOf(count: number): readonly Series[] {
  const hundred = Object.entries(RULES).flatMap(([name, rule]) =>
    Array.from({ length: rule.share }, () => ({ name, rule })),
  )
  return Array.from({ length: count }, (_, i) => {
    const { name, rule } = hundred[(i * 37) % hundred.length] as Series
    return { name: `${name}.${i}`, rule }
  })
}
