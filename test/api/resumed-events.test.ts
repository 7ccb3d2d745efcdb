import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type Event, events } from '../support/event-stream.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    monitor: false,
    timeseries: [{ name: 'all', match: '**', type: 'count', intervals: { year: { step: '1y', steps: 3 } } }],
  })
})
afterAll(() => app.stop())

const queryOf = (name: string, after = '') =>
  `subscription { series(name: "${name}", interval: "year"${after}) { kind cursor changed { column(stat: SUM) } } }`

/** What an EventSource is told first when it comes with the id of the last event that it got. */
async function first(query: string, lastEventId?: string): Promise<Event> {
  const over = new AbortController()
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
  const stream = events(app.app.url, query, { signal: over.signal, ...headers })
  const { value } = await stream.next()
  over.abort()
  return value
}
const seriesOf = ({ data }: Event) => JSON.parse(data).data.series

test('an event stream that is resumed tells in one DELTA what was missed', async () => {
  const query = queryOf('resumed')
  const begun = await first(query)
  expect(seriesOf(begun)).toMatchObject({ kind: 'SNAPSHOT', cursor: begun.id })
  expect(seriesOf(await first(query, begun.id))).toMatchObject({ kind: 'DELTA', changed: { column: [] } })
  await app.query('mutation { insert(name: "resumed", value: 7) { inserted } }')
  await expect
    .poll(async () => seriesOf(await first(query, begun.id)))
    .toMatchObject({ kind: 'DELTA', changed: { column: [7] } })
})

test('the last event counts, not the `after` with which its stream began', async () => {
  const begun = await first(queryOf('older'))
  await app.query('mutation { insert(name: "older", value: 7) { inserted } }')
  const query = queryOf('older', `, after: "${begun.id}"`)
  const next = async () => await first(query)
  await expect.poll(async () => seriesOf(await next()).changed.column).toEqual([7])
  const { id } = await next()
  expect(seriesOf(await first(query, id))).toMatchObject({ kind: 'DELTA', changed: { column: [] } })
})

test.each(['', 'nonsense', 'a.b', 'x'.repeat(1000)])(
  'an id that is no cursor is passed over: %s',
  async (id) => {
    expect(seriesOf(await first(queryOf('malformed'), id)).kind).toBe('SNAPSHOT')
  },
)
