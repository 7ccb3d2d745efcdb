import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
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

const cpu = 'monitor.machine.cpu'
const show = async (address = '') => {
  await visit.page.goto(`${playground.url}/${address}`)
  await visit.becomes('Live')
}
const series = () => visit.page.getByRole('navigation', { name: 'Series' })
const charts = () => visit.page.getByRole('article').evaluateAll((all) => all.map((each) => each.ariaLabel))
const rows = (name: string) => visit.chart(name).locator('tbody tr')

test('it opens with live charts of its own machine, one of each type, without a complaint or a request elsewhere', async () => {
  await show()
  await expect.poll(charts).toHaveLength(6)
  expect(await charts()).toContain(cpu)
  const types = await series()
    .getByRole('listitem')
    .filter({ has: visit.page.getByRole('checkbox', { checked: true }) })
    .allTextContents()
  for (const type of ['gauge', 'series', 'histogram', 'count', 'set']) expect(types.join(' ')).toContain(type)
  await expect.poll(() => visit.chart(cpu).locator('.headline').textContent()).toMatch(/^\d[\d.]* ?%/)
  await expect.poll(() => drawnPixels(cpu)).toBeGreaterThan(50)
  expect(visit.complaints).toEqual([])
})

/** Pixels of a chart in the colour of its first line. */
async function drawnPixels(name: string): Promise<unknown> {
  return await visit.page.evaluate(`(() => {
    const canvas = document.querySelector('article[aria-label="${name}"] canvas')
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    let drawn = 0
    for (let i = 0; i < data.length; i += 4) if (data[i + 2] - data[i] > 90) drawn += 1
    return drawn
  })()`)
}

test('a series is found by a part of its name, and comes and goes by a tick', async () => {
  await show(`?series=${cpu}`)
  await visit.page.keyboard.press('/')
  await visit.page.keyboard.type('loop')
  const found = series().getByRole('checkbox')
  await expect.poll(() => found.count()).toBe(1)
  await found.check()
  await expect.poll(charts).toEqual([cpu, 'monitor.process.event-loop-delay'])
  await expect.poll(() => visit.page.url()).toContain('series=monitor.process.event-loop-delay')
  await found.uncheck()
  await expect.poll(charts).toEqual([cpu])
  await visit.page.goBack()
  await expect.poll(charts).toEqual([cpu, 'monitor.process.event-loop-delay'])
})

test('every series shows its numbers in every way it can be shown', { timeout: 120_000 }, async () => {
  await show()
  const names = await series().locator('.name').allTextContents()
  expect(names).toContain('monitor.graphql.latency')
  for (const name of names) {
    await show(`?series=${name}&large=0`)
    const ways = await visit
      .chart(name)
      .getByLabel('Show')
      .locator('option')
      .evaluateAll((all) => all.map((each) => (each as unknown as { value: string }).value))
    for (const way of ways) {
      await visit.chart(name).getByLabel('Show').selectOption(way)
      await expect
        .poll(() => visit.chart(name).getAttribute('data-live'), { message: `${name} ${way}` })
        .toBe('true')
      await expect
        .poll(() => rows(name).count(), { message: `${name} ${way}`, timeout: 15_000 })
        .toBeGreaterThan(0)
    }
  }
  expect(visit.complaints).toEqual([])
})

test('a link shows another person the same', async () => {
  await show(`?series=monitor.process.memory&interval=minute&steps=60&show=max&series=${cpu}`)
  const chart = visit.chart('monitor.process.memory')
  await chart.hover()
  expect(await chart.getByRole('radio', { name: 'minute' }).isChecked()).toBe(true)
  await expect.poll(() => chart.getByLabel('Steps').inputValue()).toBe('60')
  await chart
    .getByLabel('Show')
    .selectOption('mean')
    .catch(() => chart.getByLabel('Show').selectOption('value'))
  const other = await playground.open()
  await other.page.goto(visit.page.url())
  await other.becomes('Live')
  await expect.poll(() => other.page.getByRole('article').count()).toBe(2)
  expect(await other.chart('monitor.process.memory').getByLabel('Show').inputValue()).toBe(
    await chart.getByLabel('Show').inputValue(),
  )
  expect(await other.chart('monitor.process.memory').getByRole('radio', { name: 'minute' }).isChecked()).toBe(
    true,
  )
  await other.close()
})

test('the interval is chosen and values are read by keyboard alone', async () => {
  await show(`?series=${cpu}&large=0`)
  const chart = visit.chart(cpu)
  await chart.getByRole('radio', { name: 'second' }).focus()
  await visit.page.keyboard.press('ArrowRight')
  await expect.poll(() => visit.page.url()).toContain('interval=minute')
  await visit.page.keyboard.press('ArrowLeft')
  await expect.poll(() => visit.page.url()).toContain('interval=second')
  const slider = chart.getByRole('slider')
  await expect.poll(() => slider.getAttribute('aria-valuetext')).toMatch(/\d/)
  await slider.focus()
  await visit.page.keyboard.press('End')
  const last = Number(await slider.getAttribute('aria-valuenow'))
  await visit.page.keyboard.press('Shift+ArrowLeft')
  await expect.poll(async () => Number(await slider.getAttribute('aria-valuenow'))).toBeLessThan(last)
})

test('the pointer on one chart reads out the same time on all', async () => {
  await show(`?series=${cpu}&series=monitor.machine.memory`)
  await expect.poll(() => drawnPixels('monitor.machine.memory')).toBeGreaterThan(50)
  const box = await visit.chart(cpu).getByRole('slider').boundingBox()
  if (!box) throw new Error('the chart has no place')
  const at = (name: string) => visit.chart(name).locator('.legend .time dd').textContent()
  await visit.page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2)
  const pointed = await at(cpu)
  expect(pointed).toMatch(/^\d\d:\d\d:\d\d$/)
  await expect.poll(() => at('monitor.machine.memory')).toBe(await at(cpu))
})

test('brushing zooms all charts into history, and Escape goes back to what is live', async () => {
  await show(`?series=${cpu}&series=monitor.machine.memory`)
  await expect.poll(() => drawnPixels(cpu)).toBeGreaterThan(50)
  const box = await visit.chart(cpu).getByRole('slider').boundingBox()
  if (!box) throw new Error('the chart has no place')
  await visit.page.mouse.move(box.x + box.width * 0.5, box.y + box.height / 2)
  await visit.page.mouse.down()
  await visit.page.mouse.move(box.x + box.width * 0.95, box.y + box.height / 2, { steps: 5 })
  await visit.page.mouse.up()
  await expect.poll(() => visit.page.url()).toMatch(/from=.*&to=/)
  await visit.page.getByRole('button', { name: 'Back to live' }).waitFor()
  for (const name of [cpu, 'monitor.machine.memory'])
    await expect.poll(() => visit.chart(name).getAttribute('data-condition')).toBe('history')
  await visit.page.keyboard.press('Escape')
  await expect.poll(() => visit.page.url()).not.toContain('from=')
  await expect.poll(() => visit.chart(cpu).getAttribute('data-condition')).toBe('live')
  expect(visit.complaints).toEqual([])
})

test('series of one type are joined into one chart', async () => {
  await playground.insert('hits.north', 3)
  await playground.insert('hits.south', 4)
  await show('?series=hits.north&interval=hour&large=0')
  await visit.chart('hits.north').getByRole('button', { name: 'Join…' }).click()
  await visit.chart('hits.north').getByRole('button', { name: '+ hits.south' }).click()
  const joined = visit.chart('hits.north + hits.south')
  await expect.poll(() => joined.locator('tbody tr').first().textContent()).toMatch(/7$/)
  expect(visit.page.url()).toContain('series=hits.north&join=hits.south')
})

test('what cannot be shown says why, and what is not stored how to begin', async () => {
  await visit.page.goto(`${playground.url}/?series=a%3Ab&series=hits.never`)
  await expect.poll(() => visit.chart('a:b').locator('.notice').textContent()).toContain('BAD_USER_INPUT')
  const empty = visit.chart('hits.never').locator('.notice')
  await expect.poll(() => empty.textContent()).toContain('Nothing is stored under this name yet.')
  await empty.getByRole('button', { name: 'Insert a value' }).click()
  expect(
    await visit.page.getByRole('complementary', { name: 'Insert' }).getByLabel('Name').inputValue(),
  ).toBe('hits.never')
})

test('what is stored is shown whole, be it older than the chart', async () => {
  await playground.insert('hits.old', 5, Date.now() / 1000 - 2 * 86_400)
  await show('?series=hits.old')
  await visit.chart('hits.old').getByRole('button', { name: 'Show what is stored' }).click()
  await expect.poll(() => visit.chart('hits.old').getAttribute('data-condition')).toBe('history')
  await expect.poll(() => visit.chart('hits.old').locator('.headline').textContent()).toMatch(/^5/)
})

test('a page that is full offers no tick for another chart, and says why', async () => {
  const full = Array.from({ length: 50 }, (_, index) => `series=hits.full.${index}`).join('&')
  await show(`?${full}`)
  await expect.poll(() => series().textContent()).toContain('A page shows 50 charts at most')
  expect(await series().getByRole('checkbox', { name: cpu }).isDisabled()).toBe(true)
})

test('letters typed where something is chosen are no keys of the page', async () => {
  await show(`?series=${cpu}&large=0`)
  await visit.chart(cpu).getByLabel('Show').press('i')
  expect(await visit.page.getByRole('complementary', { name: 'Insert' }).count()).toBe(0)
  await visit.page.getByRole('main').press('i')
  await visit.page.getByRole('complementary', { name: 'Insert' }).waitFor()
})

test('a small chart that no pointer hovers over has no controls to be hit unseen', async () => {
  const phone = await playground.open({
    viewport: { width: 375, height: 800 },
    hasTouch: true,
    isMobile: true,
  })
  await phone.page.goto(`${playground.url}/?series=${cpu}`)
  await phone.becomes('Live')
  await phone.chart(cpu).getByRole('button', { name: 'Enlarge' }).waitFor()
  expect(await phone.chart(cpu).getByLabel('Show').isVisible()).toBe(false)
  await phone.close()
})

test('the operation of a chart runs as it is shown, and GraphiQL opens with it', async () => {
  await show(`?series=${cpu}&large=0`)
  const code = visit.chart(cpu).getByRole('tabpanel')
  await expect.poll(() => code.textContent()).toContain('"monitor.machine.cpu"')
  await visit.chart(cpu).getByRole('link', { name: 'Open in GraphiQL' }).click()
  await expect
    .poll(() => visit.page.locator('.graphiql-query-editor').textContent(), { timeout: 20_000 })
    .toContain('monitor.machine.cpu')
})

test('the theme stays as it was chosen', async () => {
  await show(`?series=${cpu}`)
  const ground = () =>
    visit.page.evaluate(
      'getComputedStyle(document.body).backgroundColor + getComputedStyle(document.documentElement).backgroundColor',
    )
  const light = await ground()
  const button = visit.page.getByRole('button', { name: /^Theme/ })
  while ((await button.getAttribute('aria-label')) !== 'Theme: dark') await button.click()
  await expect.poll(ground).not.toBe(light)
  const dark = await ground()
  await visit.page.reload()
  await visit.becomes('Live')
  expect(await ground()).toBe(dark)
})
