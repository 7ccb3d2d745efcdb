import { AxeBuilder } from '@axe-core/playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Playground, type Visit } from './playground.ts'

let playground: Playground
beforeAll(async () => {
  playground = await Playground.start()
  await playground.insert('latency.checkout', 121)
})
afterAll(() => playground?.stop())

/** What axe finds against WCAG 2.2 A and AA and its best practices, as sentences. */
async function faults({ page }: Visit): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html}`))
}

describe.each(['light', 'dark'] as const)('axe finds no fault in %s colours', (colorScheme) => {
  test.each([
    ['the dashboard', ''],
    ['one chart enlarged', '?series=latency.checkout&large=0'],
    ['history', '?series=monitor.machine.cpu&from=2026-01-01T00:00:00Z&to=2026-01-01T01:00:00Z'],
    ['a series that cannot be shown', '?series=a%3Ab'],
  ])('with %s', async (_, address) => {
    const visit = await playground.open({ colorScheme })
    await visit.page.goto(`${playground.url}/${address}`)
    await visit.page.getByRole('article').first().waitFor()
    await visit.showsNothingOld()
    expect(await faults(visit)).toEqual([])
    await visit.close()
  })

  test('with inserting, a table and the code open', async () => {
    const visit = await playground.open({ colorScheme })
    const { page } = visit
    await page.goto(`${playground.url}/?series=latency.checkout&large=0`)
    await visit.becomes('Live')
    await page.getByText('Show as a table').click()
    await page.getByRole('banner').getByRole('button', { name: 'Insert' }).click()
    await page.getByRole('tab', { name: 'Many' }).click()
    await visit.showsNothingOld()
    expect(await faults(visit)).toEqual([])
    await visit.close()
  })

  test('on a phone', async () => {
    const visit = await playground.open({
      colorScheme,
      viewport: { width: 375, height: 800 },
      hasTouch: true,
    })
    await visit.page.goto(playground.url)
    await visit.becomes('Live')
    await visit.showsNothingOld()
    expect(await faults(visit)).toEqual([])
    expect(await visit.page.evaluate('document.documentElement.scrollWidth')).toBe(375)
    await visit.close()
  })
})
