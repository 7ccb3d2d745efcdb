import type { Definition } from '../../kairos/index.ts'
import type { ExampleSeries, ExampleSubjects } from './example-series.ts'

/** What a tab of GraphiQL opens with. */
export interface ExampleOperation {
  readonly query: string
  /** JSON */
  readonly variables?: string
}

/** Finest steps that a chart covers. */
const CHART_STEPS = 120

/** One operation for each thing that is done here; the first tells what there is. */
export function exampleOperations({ series, scratch }: ExampleSubjects): ExampleOperation[] {
  const [first] = series
  if (!first) return [{ query: tokenHint + explore() }, inspect]
  return [
    { query: explore(first) },
    { query: lastSteps(series) },
    { query: chart(series) },
    { query: live(first) },
    { query: scratch ? insert(scratch) : noInsert },
  ]
}

function explore(series?: ExampleSeries): string {
  const info = series
    ? `
  # One series: since when there are data, and the newest.
  info(name: ${quoted(series.name)}) {
    extents { interval { name } first last }
    latest {
      timestamp seconds
      ${fields(series.definition)}
    }
  }`
    : ''
  return `# What is recorded here: the rules, and the names so far.
# The book at the left describes every field and argument;
# Ctrl-Space completes what you type.
query Explore($after: String) {
  # The first rule that matches a name decides over it.
  definitions {
    name match type valueType unit description
    intervals { name step steps resolution timeZone }
  }
  # A page of the names. The next one: put this one's
  # endCursor into the variable "after".
  catalogue(match: "**", first: 10, after: $after) {
    edges { node { name definition { type unit } } }
    pageInfo { hasNextPage endCursor }
  }${info}
}
`
}

/** Where no series may be told, it is since nobody is known yet. */
const tokenHint = `# This server wants a token. Put it into "Headers" below:
#   { "authorization": "Bearer …" }
# It goes with queries and subscriptions; then fetch the schema
# again, by the arrows at the lower left.
`

const inspect: ExampleOperation = {
  query: `# One series: what it is, and its last hour.
# Put a name into the variables below.
query Inspect($name: String!, $start: Timestamp! = "-PT1H") {
  info(name: $name) {
    definition { name type valueType unit description intervals { name step steps } }
    extents { interval { name } first last }
    latest { timestamp seconds count mean value }
  }
  series(name: $name, start: $start, maxPoints: 300) {
    interval { name }
    timestamps
    count: column(stat: COUNT)
    mean: column(stat: MEAN)
  }
}
`,
  variables: JSON.stringify({ name: '' }, null, 2),
}

function lastSteps(series: readonly ExampleSeries[]): string {
  const fieldOf = ({ name, definition }: ExampleSeries) => `  # ${KEEPS[definition.type]}
  ${definition.type}: series(
    name: ${quoted(name)}
    interval: ${quoted(minutely(definition).name)}
    steps: 5
  ) {
    unit
    buckets {
      timestamp
      ${fields(definition)}
    }
  }
`
  return `# The last five steps, as buckets. What to ask of a bucket
# depends on what its type keeps. p95 is only an alias:
# any percentile will do.
query LastSteps {
${series.map(fieldOf).join('\n')}}
`
}

const KEEPS: Record<Definition['type'], string> = {
  series: 'a list: every value, in order of arrival',
  histogram: 'each distinct value with how often it occurred',
  count: 'one running total',
  gauge: 'the last value written',
  set: 'the distinct values',
}

function fields({ type, codec: { numeric } }: Definition): string {
  const statistics = numeric ? 'count mean p95: percentile(p: 95)' : 'count'
  switch (type) {
    case 'gauge':
      return 'value'
    case 'count':
      return 'count rate'
    case 'histogram':
      return `${statistics}\n      entries(top: 3) { value count }`
    case 'series':
      return `${statistics}\n      values(last: 3)`
    case 'set':
      return 'count members(first: 3)'
  }
}

function chart(series: readonly ExampleSeries[]): string {
  const isNumeric = ({ definition: { codec } }: ExampleSeries) => codec.numeric
  const line = series.find(isNumeric) ?? series[0]
  const spread = series.find(
    ({ definition: { type, codec } }) => codec.numeric && (type === 'histogram' || type === 'series'),
  )
  const heatMap = spread
    ? `

  # How values are spread: counts[bucket][bin].
  heatMap: series(${range(spread)}) {
    timestamps
    p95: column(stat: PERCENTILE, p: 95)
    grid { width from counts }
  }`
    : ''
  return `# The columns of a chart: a list for the x axis, and one for
# each line. Without an interval the finest is taken that
# reaches back to start with at most maxPoints buckets.
query Chart {${
    line
      ? `
  line: series(${range(line)}) {
    unit
    interval { name }
    folded
    timestamps
    ${columns(line.definition)}
  }`
      : ''
  }${heatMap}
}
`
}

function range({ name, definition }: ExampleSeries): string {
  return `
    name: ${quoted(name)}
    start: ${quoted(ago(definition))}
    maxPoints: 300
  `
}

function columns({ type, codec: { numeric } }: Definition): string {
  if (type === 'count') return 'total: column(stat: SUM, fill: ZERO)\n    rate: column(stat: RATE)'
  if (numeric) return 'mean: column(stat: MEAN, fill: PREVIOUS)\n    max: column(stat: MAX)'
  return 'count: column(stat: COUNT)'
}

function live({ name, definition }: ExampleSeries): string {
  const interval = definition.intervals[0]?.name ?? ''
  return `# First the whole window, then whatever changes, whoever
# changed it. The button that starts it stops it, too.
subscription Live {
  series(
    name: ${quoted(name)}
    interval: ${quoted(interval)}
    steps: 10
  ) {
    kind
    cursor
    removed
    changed { buckets {
      timestamp
      ${fields(definition)}
    } }
  }
}
`
}

function insert({ name, definition }: ExampleSeries): string {
  const values = { string: 'hello', boolean: true, integer: 42, float: 42 }
  const value = JSON.stringify(values[definition.valueType])
  return `# Record a value. Run it again: with the same id it stays
# recorded once. What removes the series, all of it:
#   mutation { delete(names: [${quoted(name)}]) { deleted } }
mutation Insert {
  insert(
    name: ${quoted(name)}
    value: ${value}
    id: ${quoted(`${name}-1`)}
  ) {
    inserted
    duplicate
  }
}
`
}

const noInsert = `# No rule of this server takes a name made up for a try whose
# values expire: put in a name that you may write to.
#
# mutation Insert {
#   insert(name: "…", value: 42, id: "…") { inserted duplicate }
# }
`

/** The finest interval with steps of a minute or more, so that there is something in the last few; else the longest. */
function minutely({ intervals }: Definition): Definition['intervals'][number] {
  const interval = intervals.find((each) => seconds(each) >= 60) ?? intervals.at(-1)
  if (!interval) throw new Error('a definition has an interval')
  return interval
}

/** So far back as a chart shows of the finest interval, as a Timestamp is written. */
function ago({ intervals: [finest] }: Definition): string {
  const span = finest ? seconds(finest) * Math.min(CHART_STEPS, finest.steps ?? CHART_STEPS) : 0
  if (span >= 2 * 86_400) return `-P${Math.round(span / 86_400)}D`
  return span >= 2 * 3600 ? `-PT${Math.round(span / 3600)}H` : `-PT${Math.max(1, Math.round(span / 60))}M`
}

/** Length of a step, of a calendar step the one at the epoch. */
function seconds({ step }: Definition['intervals'][number]): number {
  return step.offset(step.floor(0), 1) - step.floor(0)
}

/** A GraphQL string. */
function quoted(text: string): string {
  return JSON.stringify(text)
}
