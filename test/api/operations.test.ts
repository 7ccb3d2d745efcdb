import { readdirSync } from 'node:fs'
import { type OperationDefinitionNode, parse } from 'graphql'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, expect, test } from 'vitest'
import WebSocket from 'ws'
import {
  CataloguePageDocument,
  DashboardDocument,
  DefinitionDocument,
  DefinitionsDocument,
  DeleteDocument,
  HeatMapDocument,
  InfoDocument,
  InsertDocument,
  InsertManyDocument,
  JoinedSeriesDocument,
  LiveCountDocument,
  LiveDistributionDocument,
  LiveGaugeDocument,
  LiveJoinedDocument,
  LiveSetDocument,
  SeriesBucketsDocument,
  SeriesColumnsDocument,
  type TypedDocumentString,
} from '../../src/client/generated/graphql.ts'
import { startTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ monitor: false })
})
afterAll(() => app.stop())

interface Run {
  readonly operation: OperationDefinitionNode
  readonly text: string
  readonly variables: object
  check(data: unknown): void
}

/** A document with variables that it takes, and what must be in its result. */
function run<Result, Variables extends object>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  check: (data: Result) => void,
): Run {
  const text = document.toString()
  const [operation] = parse(text).definitions as OperationDefinitionNode[]
  if (!operation) throw new Error('it is empty')
  return { operation, text, variables, check: (data) => check(data as Result) }
}

const hits = { name: 'hits.a', interval: 'minute' }
const latency = { name: 'latency.a', interval: 'minute' }
const lastHour = { start: '-PT1H' }

/** In this order: what is read was written before. */
const runs = [
  run(InsertDocument, { name: 'hits.a', value: 2, id: 'one' }, ({ insert }) =>
    expect(insert).toEqual({ inserted: 1, expired: 0, duplicate: false }),
  ),
  run(
    InsertManyDocument,
    {
      id: 'many',
      inserts: [
        { name: 'hits.b', value: 3 },
        { name: 'latency.a', value: 20 },
        { name: 'latency.a', value: 30 },
        { name: 'sensor.a', value: 21.5 },
        { name: 'visitors.a', value: 'ada' },
      ],
    },
    ({ insertMany }) => expect(insertMany?.inserted).toBe(5),
  ),
  run(DefinitionsDocument, {}, ({ definitions }) => expect(definitions.length).toBeGreaterThan(3)),
  run(DefinitionDocument, { name: 'latency.nobody-yet' }, ({ definition }) =>
    expect(definition).toMatchObject({ name: 'latency', type: 'HISTOGRAM', valueType: 'FLOAT' }),
  ),
  run(CataloguePageDocument, { match: 'hits.*', first: 1 }, ({ catalogue }) => {
    expect(catalogue?.edges.map(({ node }) => node.name)).toEqual(['hits.a'])
    expect(Date.now() / 1000 - (catalogue?.edges[0]?.node.extents[0]?.last ?? 0)).toBeLessThan(120)
    expect(catalogue?.pageInfo.hasNextPage).toBe(true)
  }),
  run(InfoDocument, { name: 'sensor.a' }, ({ info }) => expect(info?.latest?.value).toBe(21.5)),
  run(SeriesBucketsDocument, { ...latency, steps: 5 }, ({ series }) =>
    expect(series?.buckets.flatMap(({ entries }) => entries ?? [])).toHaveLength(2),
  ),
  run(SeriesColumnsDocument, { name: 'latency.a', ...lastHour, stat: 'PERCENTILE', p: 50 }, ({ series }) => {
    expect(series?.column).toHaveLength(series?.timestamps.length ?? 0)
    expect(series?.column.filter((y) => y !== null)).toEqual([25])
  }),
  run(DashboardDocument, { names: ['hits.a', 'latency.a'], ...lastHour }, ({ seriesList }) =>
    expect(seriesList.map((series) => series?.count.filter((y) => y))).toEqual([[2], [2]]),
  ),
  run(JoinedSeriesDocument, { names: ['hits.a', 'hits.b'], ...lastHour, stat: 'SUM' }, ({ join }) =>
    expect(join?.column.filter((y) => y)).toEqual([5]),
  ),
  run(HeatMapDocument, { name: 'latency.a', ...lastHour, width: 10 }, ({ series }) => {
    expect(series?.grid).toMatchObject({ width: 10, from: 20 })
    expect(series?.grid?.counts.filter(([a]) => a)).toEqual([[1, 1]])
  }),
  run(LiveCountDocument, hits, ({ series }) => expect(sumOf(series.changed.buckets)).toBe(2)),
  run(LiveDistributionDocument, latency, ({ series }) => expect(sumOf(series.changed.buckets)).toBe(2)),
  run(LiveGaugeDocument, { name: 'sensor.a', interval: 'minute' }, ({ series }) =>
    expect(series.changed.buckets.flatMap(({ value }) => value ?? [])).toEqual([21.5]),
  ),
  run(LiveSetDocument, { name: 'visitors.a', interval: 'hour' }, ({ series }) =>
    expect(series.changed.buckets.flatMap(({ members }) => members ?? [])).toEqual(['ada']),
  ),
  run(LiveJoinedDocument, { names: ['hits.a', 'hits.b'], interval: 'minute' }, ({ join }) =>
    expect(sumOf(join.changed.buckets)).toBe(5),
  ),
  run(DeleteDocument, { names: ['hits.a'] }, (data) => expect(data.delete?.deleted).toBe(1)),
]

function sumOf(buckets: readonly { readonly count: number }[]): number {
  return buckets.reduce((total, { count }) => total + count, 0)
}

test('every operation of schema/operations is run', () => {
  const files = readdirSync(new URL('../../schema/operations', import.meta.url))
  expect(runs).toHaveLength(files.length)
  expect(new Set(runs.map(({ operation }) => operation.name?.value)).size).toBe(files.length)
})

test.each(runs.map((each) => [each.operation.name?.value, each] as const))(
  '%s gives what it is for, typed',
  async (_, { operation, text, variables, check }) => {
    const reply =
      operation.operation === 'subscription'
        ? await firstUpdate(text, { ...variables })
        : await app.query(text, { ...variables })
    expect(reply.errors).toBeUndefined()
    check(reply.data)
  },
)

async function firstUpdate(query: string, variables: Record<string, unknown>) {
  const client = createClient({
    url: `${app.app.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
  })
  const { value } = await client.iterate({ query, variables }).next()
  await client.dispose()
  return value
}
