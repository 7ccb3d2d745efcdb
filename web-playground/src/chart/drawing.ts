import type { Columns, Selection, SeriesData, Value } from 'kairos/client'
import type { SeriesType, ValueType } from 'kairos/client/documents'

/** One number a bucket, as the legend names it. */
export interface Line {
  readonly label: string
  /** one of the selection's columns, or `value` for what a gauge keeps; `numbersOf` reads either */
  readonly column: string
  readonly unit: string | null
  /** the custom property of its colour */
  readonly colour: '--line-1' | '--line-2' | '--bars'
  /** its numbers are 1 for true and 0 for false */
  readonly truth?: true
}

/** One number about all that is shown, null where it cannot be known. */
export interface Figure {
  readonly label: string
  readonly value: number | null
  readonly unit: string | null
}

/** One way of showing series: what is asked for, how it is drawn and summed up. */
export interface Drawing {
  /** in the address; unique among the drawings of a definition */
  readonly name: string
  /** in the choice */
  readonly label: string
  /** bars for what adds up within a bucket, so that the open one still grows; the others for what does not */
  readonly shape: 'line' | 'steps' | 'bars' | 'points' | 'heat map' | 'words'
  /** `grid`: spread over bins, whose width is not the drawing's to know */
  readonly selection: Omit<Selection<Columns>, 'grid'> & { readonly grid?: true }
  /** the first is the headline; none where the values are not numbers */
  readonly lines: readonly Line[]
  /** the space between the second line and the third is filled */
  readonly band?: true
  /** what a bucket holds that is told in words */
  words?(series: Series, index: number): readonly Value[]
  summary(series: Series): readonly Figure[]
}

type Series = SeriesData<Columns>

type Drawings = readonly [Drawing, ...Drawing[]]

interface Definition {
  readonly type: SeriesType
  readonly valueType: ValueType
  readonly unit: string | null
}

const known = new Map<string, Drawings>()

/** What can be shown of the series of a definition: the natural drawing first, then statistics. Of equal definitions the same. */
export function drawingsOf(definition: Definition): Drawings {
  const { type, valueType, unit } = definition
  const key = JSON.stringify([type, valueType, unit])
  const drawings = known.get(key) ?? chosenFor(definition)
  known.set(key, drawings)
  return drawings
}

function chosenFor({ type, valueType, unit }: Definition): Drawings {
  const numeric = valueType === 'FLOAT' || valueType === 'INTEGER'
  switch (type) {
    case 'COUNT':
      return [total(unit), rate(unit)]
    case 'GAUGE':
      if (valueType === 'STRING') return [words]
      return numeric ? [gauge(unit), ...ofValues(unit)] : [switched]
    case 'SERIES':
      return numeric
        ? [points(unit), heatMap(unit), ...ofValues(unit), ...ofArrivals(unit)]
        : [newestWords, rate(null)]
    case 'HISTOGRAM':
      return numeric ? [heatMap(unit), ...ofValues(unit), ...ofArrivals(unit)] : [frequentWords, rate(null)]
    case 'SET':
      return numeric ? [members, heatMap(unit), ...ofValues(unit)] : [members]
  }
}

/** The numbers of a line, one a bucket, null where there is none. */
export function numbersOf(series: Series, { column }: Line): readonly (number | null)[] {
  if (column !== 'value') return series.columns[column] ?? []
  return (series.value ?? []).map((value) =>
    value === null || typeof value === 'string' ? null : Number(value),
  )
}

/** The index of the bucket that holds a time, in Unix seconds; -1 where none does. */
export function bucketAt({ timestamps, end }: Pick<Series, 'timestamps' | 'end'>, time: number): number {
  if (time >= end) return -1
  let [low, high] = [0, timestamps.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((timestamps[middle] ?? 0) <= time) low = middle + 1
    else high = middle
  }
  return low - 1
}

/**
 * The index of the bucket that may still grow, -1 if none may. Only the last can be open. Of a watched series it is, whatever
 * this machine's clock says: it was when the server last told of it.
 */
export function openBucket(series: Series, now: number): number {
  return 'live' in series || series.end > now ? series.timestamps.length - 1 : -1
}

/** The index of the newest bucket that says something for good, not one that still adds up; -1 if none does. */
export function newest(drawing: Drawing, series: Series, now: number): number {
  const { shape, lines, words } = drawing
  const [headline] = lines
  const numbers = headline && numbersOf(series, headline)
  const open = shape === 'bars' ? openBucket(series, now) : -1
  return series.timestamps.findLastIndex((_, index) => {
    if (index === open) return false
    return numbers ? numbers[index] != null : (words?.(series, index).length ?? 0) > 0
  })
}

// What each type keeps.

function gauge(unit: string | null): Drawing {
  const value: Line = { label: 'value', column: 'value', unit, colour: '--line-1' }
  return {
    name: 'value',
    label: 'Value',
    shape: 'steps',
    selection: { value: true },
    lines: [value],
    summary: (series) => {
      const values = numbersOf(series, value)
      return [
        { label: 'lowest', value: least(values), unit },
        { label: 'average', value: average(values), unit },
        { label: 'highest', value: greatest(values), unit },
      ]
    },
  }
}

const truth: Line = { label: 'value', column: 'value', unit: null, colour: '--line-1', truth: true }

const switched: Drawing = {
  name: 'value',
  label: 'Value',
  shape: 'steps',
  selection: { value: true },
  lines: [truth],
  words: valueWords,
  summary: (series) => {
    const share = average(numbersOf(series, truth))
    return [{ label: 'true', value: share === null ? null : share * 100, unit: '%' }]
  },
}

const words: Drawing = {
  name: 'value',
  label: 'Value',
  shape: 'words',
  selection: { value: true },
  lines: [],
  words: valueWords,
  summary: () => [],
}

function valueWords({ value }: Series, index: number): readonly Value[] {
  const word = value?.[index] ?? null
  return word === null ? [] : [word]
}

function total(unit: string | null): Drawing {
  return bars({ name: 'total', label: 'Total', column: 'count', unit })
}

/** As many values a bucket as are drawn. */
const drawnValues = 50

function points(unit: string | null): Drawing {
  return {
    name: 'values',
    label: 'Values',
    shape: 'points',
    selection: { columns: ofAll, values: drawnValues },
    lines: [{ label: 'mean', column: 'mean', unit, colour: '--line-2' }],
    summary: (series) => spread(series, unit),
  }
}

function heatMap(unit: string | null): Drawing {
  return {
    name: 'distribution',
    label: 'Distribution',
    shape: 'heat map',
    selection: { columns: ofAll, grid: true },
    lines: [{ label: 'mean', column: 'mean', unit, colour: '--line-2' }],
    summary: (series) => spread(series, unit),
  }
}

/** As many words a bucket as are read out. */
const toldWords = 5

const newestWords: Drawing = {
  ...bars({ name: 'values', label: 'Values', column: 'count', unit: null }),
  selection: { columns: { count: 'COUNT' }, values: toldWords },
  words: ({ values }, index) => (values?.[index] ?? []).toReversed(),
}

const frequentWords: Drawing = {
  ...bars({ name: 'values', label: 'Values', column: 'count', unit: null }),
  selection: { columns: { count: 'COUNT' }, entries: toldWords },
  words: ({ entries }, index) => (entries?.[index] ?? []).map(({ value }) => value),
}

/** As many members a bucket as are told. */
const toldMembers = 20

const members: Drawing = {
  name: 'members',
  label: 'Members',
  shape: 'bars',
  selection: { columns: { count: 'COUNT' }, members: toldMembers },
  lines: [{ label: 'distinct', column: 'count', unit: null, colour: '--bars' }],
  words: ({ members }, index) => members?.[index] ?? [],
  summary: ({ columns: { count = [] }, members }) => {
    // Not to be known where a bucket has more members than were asked for.
    const complete = count.every((count, index) => (count ?? 0) <= (members?.[index]?.length ?? 0))
    const distinct = new Set(members?.flat())
    return [
      { label: 'distinct in all', value: complete ? distinct.size : null, unit: null },
      { label: 'highest', value: greatest(count), unit: null },
    ]
  },
}

// Statistics.

const percentile = (p: number) => ({ stat: 'PERCENTILE', p }) as const

function ofValues(unit: string | null): Drawing[] {
  return [
    {
      ...line({ name: 'mean', label: 'Mean', columns: { mean: 'MEAN', count: 'COUNT' }, unit }),
      summary: (series) => spread(series, unit),
    },
    line({ name: 'p50', label: 'Median (p50)', columns: { p50: percentile(50) }, unit }),
    line({ name: 'p95', label: '95th percentile', columns: { p95: percentile(95) }, unit }),
    line({ name: 'p99', label: '99th percentile', columns: { p99: percentile(99) }, unit }),
    range(unit),
    line({ name: 'min', label: 'Minimum', columns: { min: 'MIN' }, unit }),
    line({ name: 'max', label: 'Maximum', columns: { max: 'MAX' }, unit }),
    line({ name: 'stddev', label: 'Standard deviation', columns: { stddev: 'STDDEV' }, unit }),
  ]
}

function ofArrivals(unit: string | null): Drawing[] {
  return [
    bars({ name: 'count', label: 'Count', column: 'count', unit: null }),
    rate(null),
    bars({ name: 'sum', label: 'Sum', column: 'sum', unit }),
  ]
}

function range(unit: string | null): Drawing {
  return {
    name: 'range',
    label: 'Minimum to maximum',
    shape: 'line',
    selection: { columns: ofAll },
    lines: [
      { label: 'mean', column: 'mean', unit, colour: '--line-1' },
      { label: 'lowest', column: 'min', unit, colour: '--bars' },
      { label: 'highest', column: 'max', unit, colour: '--bars' },
    ],
    band: true,
    summary: (series) => spread(series, unit),
  }
}

function line({
  name,
  label,
  columns,
  unit,
}: {
  name: string
  label: string
  columns: Columns
  unit: string | null
}): Drawing {
  return {
    name,
    label,
    shape: 'line',
    selection: { columns },
    lines: [{ label: name, column: name, unit, colour: '--line-1' }],
    summary: ({ columns: { [name]: values = [] } }) => [
      { label: 'lowest', value: least(values), unit },
      { label: 'highest', value: greatest(values), unit },
    ],
  }
}

function bars({
  name,
  label,
  column,
  unit,
}: {
  name: string
  label: string
  column: 'count' | 'sum'
  unit: string | null
}): Drawing {
  return {
    name,
    label,
    shape: 'bars',
    selection: { columns: column === 'count' ? { count: 'COUNT' } : { sum: 'SUM' } },
    lines: [{ label: name, column, unit, colour: '--bars' }],
    summary: ({ columns: { [column]: values = [] } }) => [
      { label: 'total', value: sum(values), unit },
      { label: 'highest', value: greatest(values), unit },
    ],
  }
}

/** A second's share of what was counted. */
function rate(unit: string | null): Drawing {
  const perSecond = `${unit ?? ''}/s`
  return {
    name: 'rate',
    label: 'Rate',
    shape: 'bars',
    selection: { columns: { rate: 'RATE', count: 'COUNT' } },
    lines: [{ label: 'rate', column: 'rate', unit: perSecond, colour: '--bars' }],
    summary: ({ columns: { rate = [], count = [] } }) => [
      { label: 'total', value: sum(count), unit },
      { label: 'highest', value: greatest(rate), unit: perSecond },
    ],
  }
}

// Figures.

/** What `spread` needs. */
const ofAll = { mean: 'MEAN', count: 'COUNT', min: 'MIN', max: 'MAX' } as const

/** Means are weighted by what they are means of: the average of the values, not of means. */
function spread({ columns: { mean = [], count = [], min = mean, max = mean } }: Series, unit: string | null) {
  return [
    { label: 'lowest', value: least(min), unit },
    { label: 'average', value: average(mean, count), unit },
    { label: 'highest', value: greatest(max), unit },
  ]
}

type Numbers = readonly (number | null)[]

/** Built up step by step, so that no sum of large numbers overflows. */
function average(values: Numbers, weights?: Numbers): number | null {
  let [mean, weight] = [0, 0]
  values.forEach((value, index) => {
    const own = weights ? (weights[index] ?? 0) : 1
    if (value === null || own <= 0) return
    weight += own
    mean += value * (own / weight) - mean * (own / weight)
  })
  return weight > 0 ? mean : null
}

/** Null where it is beyond what numbers can hold. */
function sum(values: Numbers): number | null {
  const sum = values.reduce<number>((total, each) => total + (each ?? 0), 0)
  return Number.isFinite(sum) ? sum : null
}

function least(values: Numbers): number | null {
  return values.reduce(
    (least, each) => (each !== null && (least === null || each < least) ? each : least),
    null,
  )
}

function greatest(values: Numbers): number | null {
  return values.reduce(
    (greatest, each) => (each !== null && (greatest === null || each > greatest) ? each : greatest),
    null,
  )
}
