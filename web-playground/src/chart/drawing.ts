import {
  LiveCountDocument,
  LiveDistributionDocument,
  LiveGaugeDocument,
  LiveSetDocument,
  type SeriesType,
  type ValueType,
} from 'kairos/client/documents'
import type { LiveDocument } from '../live/live-document.ts'

export type Value = string | number | boolean

/** The fields of a bucket that a drawing may ask for; which of them are there depends on its document. */
export interface Bucket {
  readonly timestamp: number
  readonly seconds: number
  readonly count?: number
  readonly mean?: number | null
  readonly min?: number | null
  readonly max?: number | null
  readonly p95?: number | null
  readonly value?: Value | null
  readonly members?: readonly Value[] | null
}

/** One number a bucket, null where there is none. */
export interface Line {
  readonly label: string
  of(bucket: Bucket): number | null
}

/** One number about all that is shown. */
export interface Figure {
  readonly label: string
  readonly value: number | null
}

/** How one kind of series is asked for, drawn and summed up. */
export interface Drawing {
  readonly document: LiveDocument<Bucket>
  /** bars for what adds up within a bucket, so that the open one still grows; lines for what does not */
  readonly shape: 'line' | 'bars'
  /** the first is the main one; none where the values are not numbers */
  readonly lines: readonly Line[]
  /** of the lines' numbers */
  readonly unit: string | null
  /** what a bucket holds that is not a number */
  values?(bucket: Bucket): readonly Value[]
  summary(buckets: readonly Bucket[]): readonly Figure[]
}

/** The drawing for a definition's type and values. */
export function drawingOf(definition: {
  type: SeriesType
  valueType: ValueType
  unit: string | null
}): Drawing {
  const { type, valueType, unit } = definition
  const numeric = valueType === 'FLOAT' || valueType === 'INTEGER'
  switch (type) {
    case 'COUNT':
      return counts('count', unit)
    case 'GAUGE':
      return valueType === 'STRING' ? words : gauge(numeric ? unit : null)
    case 'SERIES':
    case 'HISTOGRAM':
      return numeric ? distribution(unit) : counts('values', null)
    case 'SET':
      return members
  }
}

function gauge(unit: string | null): Drawing {
  const value: Line = {
    label: 'value',
    of: ({ value }) => (typeof value === 'string' || value == null ? null : Number(value)),
  }
  return {
    document: LiveGaugeDocument,
    shape: 'line',
    lines: [value],
    unit,
    summary: (buckets) => {
      const values = numbers(buckets, value)
      const sum = values.reduce((total, each) => total + each, 0)
      return [
        { label: 'lowest', value: least(values) },
        { label: 'average', value: values.length > 0 ? sum / values.length : null },
        { label: 'highest', value: greatest(values) },
      ]
    },
  }
}

const words: Drawing = {
  document: LiveGaugeDocument,
  shape: 'line',
  lines: [],
  unit: null,
  values: ({ value }) => (value == null ? [] : [value]),
  summary: () => [],
}

function counts(label: string, unit: string | null): Drawing {
  const count: Line = { label, of: ({ count }) => count ?? null }
  return {
    document: LiveCountDocument,
    shape: 'bars',
    lines: [count],
    unit,
    summary: (buckets) => {
      const values = numbers(buckets, count)
      return [
        { label: 'total', value: values.reduce((total, each) => total + each, 0) },
        { label: 'highest', value: greatest(values) },
      ]
    },
  }
}

function distribution(unit: string | null): Drawing {
  return {
    document: LiveDistributionDocument,
    shape: 'line',
    lines: [
      { label: 'mean', of: ({ mean }) => mean ?? null },
      { label: '95th percentile', of: ({ p95 }) => p95 ?? null },
    ],
    unit,
    // Means are weighted by what they are means of: the mean of the values, not of means.
    summary: (buckets) => {
      const filled = buckets.filter(({ mean }) => mean != null)
      const count = filled.reduce((total, bucket) => total + (bucket.count ?? 0), 0)
      const sum = filled.reduce((total, bucket) => total + (bucket.mean ?? 0) * (bucket.count ?? 0), 0)
      return [
        { label: 'lowest', value: least(filled.flatMap(({ min }) => min ?? [])) },
        { label: 'average', value: count > 0 ? sum / count : null },
        { label: 'highest', value: greatest(filled.flatMap(({ max }) => max ?? [])) },
      ]
    },
  }
}

const members: Drawing = {
  document: LiveSetDocument,
  shape: 'bars',
  lines: [{ label: 'distinct values', of: ({ count }) => count ?? null }],
  unit: null,
  values: ({ members }) => members ?? [],
  // Not to be known where a bucket has more members than were asked for.
  summary: (buckets) => {
    const complete = buckets.every(({ count, members }) => (count ?? 0) <= (members?.length ?? 0))
    const distinct = new Set(buckets.flatMap(({ members }) => members ?? []))
    return [{ label: 'distinct in all', value: complete ? distinct.size : null }]
  },
}

function numbers(buckets: readonly Bucket[], line: Line): number[] {
  return buckets.flatMap((bucket) => line.of(bucket) ?? [])
}

function least(values: readonly number[]): number | null {
  return values.length > 0 ? values.reduce((a, b) => Math.min(a, b)) : null
}

function greatest(values: readonly number[]): number | null {
  return values.length > 0 ? values.reduce((a, b) => Math.max(a, b)) : null
}

/** The newest bucket that says something for good: not one that still adds up. */
export function latest(
  { shape, lines, values }: Drawing,
  buckets: readonly Bucket[],
  now: number,
): Bucket | undefined {
  const [main] = lines
  return buckets.findLast((bucket) => {
    if (bucket.timestamp > now || (shape === 'bars' && bucket.timestamp + bucket.seconds > now)) return false
    return main ? main.of(bucket) !== null : (values?.(bucket).length ?? 0) > 0
  })
}
