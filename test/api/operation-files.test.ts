import { parser } from '@prometheus-io/lezer-promql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { startTestApp, type TestApp } from '../support/app.ts'
import { documentAt } from '../support/markdown.ts'
import { readMetrics } from '../support/metrics.ts'

/** A metric as PromQL asks for it. */
interface Selector {
  readonly name: string
  readonly labels: readonly string[]
}

interface Query {
  readonly title: string
  readonly expr: string
}

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly description: string }
}

interface Panel {
  readonly title: string
  readonly targets?: readonly { readonly expr: string }[]
}

const rules: readonly Rule[] = parse(documentAt('operation/alerts.yaml')).groups.flatMap(
  ({ rules }: { rules: readonly Rule[] }) => rules,
)
const dashboard: {
  panels: readonly Panel[]
  annotations: { list: readonly { name: string; expr: string }[] }
  templating: { list: readonly { name: string; query: string | { query: string } }[] }
} = JSON.parse(documentAt('operation/grafana.json'))

const panels = dashboard.panels.flatMap(({ title, targets = [] }): Query[] =>
  targets.map(({ expr }, i) => ({ title: `panel ${title}, ${i + 1}`, expr })),
)
const marks = dashboard.annotations.list.map(({ name, expr }): Query => ({ title: `mark ${name}`, expr }))
/** As docs/operation.md has them in its table: a bar within a cell is escaped. */
const questions = [
  ...(/^### What operators ask$(.*?)^## /ms.exec(documentAt('docs/operation.md'))?.[1] ?? '').matchAll(
    /^\| (.+?) \| (`.+`) \|$/gm,
  ),
].flatMap(([, title = '', cell = '']): Query[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, expr = '']) => ({
    title: `question ${title}`,
    expr: expr.replaceAll('\\|', '|'),
  })),
)
const alerts = rules.map(({ alert, expr }): Query => ({ title: `alert ${alert}`, expr }))

/** Every metric that is asked for. Throws where it is no PromQL. */
function selectorsOf(query: string): Selector[] {
  const expr = query.replaceAll('$__rate_interval', '1m').replaceAll('$instance', 'x')
  const selectors: { name: string; labels: string[] }[] = []
  parser.parse(expr).iterate({
    enter: ({ type, from, to }) => {
      const text = expr.slice(from, to)
      if (type.isError) throw new Error(`no PromQL at ${from}: ${expr.slice(from)}`)
      if (type.name === 'VectorSelector') selectors.push({ name: /^\w+/.exec(text)?.[0] ?? '', labels: [] })
      if (type.name === 'LabelName' && selectors.length > 0) selectors.at(-1)?.labels.push(text)
      // What an aggregation is by is no matcher.
      return type.name !== 'GroupingLabels'
    },
  })
  return selectors
}

/** By metric, the labels that docs/operation.md gives it. */
const labels = new Map(
  [...documentAt('docs/operation.md').matchAll(/`(kairos_\w+)\{([\w,]+)\}`/g)].map(
    ([, name = '', list = '']) => [name, list.split(',')],
  ),
)
/** What Prometheus itself adds. */
const ADDED = ['instance', 'job', 'le']

let app: TestApp
let exposed: ReadonlySet<string>
beforeAll(async () => {
  app = await startTestApp({ monitor: false })
  exposed = new Set(['up', ...(await readMetrics(app.app.url)).names])
})
afterAll(() => app.stop())

test('there is something to look at', () => {
  expect([panels.length > 30, marks.length, rules.length > 10]).toEqual([true, 1, true])
  expect(questions.length).toBeGreaterThan(20)
  expect(() => selectorsOf('rate(x[1m)')).toThrow()
})

describe.each([...panels, ...marks, ...alerts, ...questions])('$title', ({ expr }) => {
  test('asks for what is exposed, by labels that it has', () => {
    const selectors = selectorsOf(expr)
    expect(selectors.length).toBeGreaterThan(0)
    for (const { name, labels: asked } of selectors) {
      const metric = exposed.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '')
      expect(exposed, expr).toContain(metric)
      const known = [...ADDED, ...(labels.get(metric) ?? [])]
      for (const label of asked) expect(known, `${label} of ${name}`).toContain(label)
    }
  })
})

test('what the dashboard can be narrowed to is asked of a metric that is exposed', () => {
  const [, instance] = dashboard.templating.list
  const query = typeof instance?.query === 'object' ? instance.query.query : ''
  expect(exposed).toContain(/^label_values\((\w+), instance\)$/.exec(query)?.[1])
})

describe.each(rules)('alert $alert', ({ alert, labels: { severity }, annotations }) => {
  test('says what is wrong, and what to do', () => {
    expect(alert).toMatch(/^Kairos[A-Z]\w+$/)
    expect(['warning', 'critical']).toContain(severity)
    expect(annotations.summary.length).toBeGreaterThan(20)
    expect(annotations.description.length).toBeGreaterThan(60)
  })
})

test('alerts have names of their own', () => {
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length)
})

test('docs/operation.md knows every alert', () => {
  const text = documentAt('docs/operation.md')
  for (const { alert } of rules) expect(text).toContain(`\`${alert}\``)
})
