import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startNetwork } from './network.ts'
import { Playground, type Visit } from './playground.ts'

let playground: Playground
let visit: Visit
beforeAll(async () => {
  playground = await Playground.start()
})
afterAll(() => playground?.stop())
beforeEach(async () => {
  visit = await playground.open()
})
afterEach(() => visit.close())

const cpu = '?series=monitor.machine.cpu'

/** What the first chart says beside its picture. */
const told = () => visit.page.getByRole('article').first().innerText()
const moves = async () => {
  const before = await told()
  await expect.poll(told, { timeout: 20_000 }).not.toBe(before)
}

test('a server that restarts is said to be away since when, greys the charts, and they go on by themselves', async () => {
  await visit.page.goto(`${playground.url}/${cpu}`)
  await visit.becomes('Live')
  const chart = visit.chart('monitor.machine.cpu')
  await expect.poll(() => chart.getAttribute('data-live')).toBe('true')
  await playground.stopServer()
  await visit.becomes(/^Reconnecting since \d\d:\d\d:\d\d$/)
  await expect.poll(() => chart.getAttribute('data-live')).toBe('false')
  await playground.startServer()
  await visit.becomes('Live')
  await expect.poll(() => chart.getAttribute('data-live')).toBe('true')
  await moves()
})

test('a network that falls silent is noticed, and what was missed is there when it returns', async () => {
  const network = await startNetwork(playground.url)
  try {
    await visit.page.goto(`${network.url}/?series=hits.missed&interval=minute`)
    await visit.becomes('Live')
    network.silence()
    await visit.becomes(/^Reconnecting since/)
    await playground.insert('hits.missed', 7)
    network.restore()
    await visit.becomes('Live')
    await expect.poll(told).toMatch(/\b7\b/)
  } finally {
    await network.close()
  }
})

test('a tab that was offline says so, and shows what happened meanwhile when it is back', async () => {
  await visit.page.goto(`${playground.url}/?series=hits.offline&interval=minute`)
  await visit.becomes('Live')
  await visit.page.context().setOffline(true)
  await visit.becomes(/^Reconnecting since/)
  await playground.insert('hits.offline', 9)
  await visit.page.context().setOffline(false)
  await visit.becomes('Live')
  await expect.poll(told).toMatch(/\b9\b/)
})

test('what one tab inserts the other shows, and each keeps its own view', async () => {
  const other = await playground.open()
  await visit.page.goto(`${playground.url}/?series=hits.shared&interval=minute`)
  await other.page.goto(`${playground.url}/?series=hits.shared&interval=hour`)
  await visit.becomes('Live')
  await other.becomes('Live')
  await other.page.keyboard.press('i')
  const form = other.page.getByRole('complementary', { name: 'Insert' })
  await form.getByLabel('Name').fill('hits.shared')
  await form.getByLabel('Value').fill('41')
  await form.getByLabel('Value').press('Enter')
  await expect.poll(() => form.getByRole('status').textContent()).toContain('1 value inserted')
  for (const { page } of [visit, other])
    await expect.poll(() => page.getByRole('article').first().innerText()).toMatch(/\b41\b/)
  expect(visit.page.url()).toContain('interval=minute')
  expect(other.page.url()).toContain('interval=hour')
  await other.close()
})
