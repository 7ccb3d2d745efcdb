import { serverAudits } from 'graphql-http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
let url: string
beforeAll(async () => {
  app = await startTestApp()
  url = `${app.app.url}/graphql`
})
afterAll(() => app.stop())

describe('the audits of GraphQL over HTTP', () => {
  const audits = serverAudits({ url: () => url })
  test('there are all of them', () => expect(audits.length).toBeGreaterThanOrEqual(61))

  test.each(audits.map(({ id, name, fn }) => [id, name, fn] as const))('%s %s', async (_id, _name, audit) => {
    expect(await audit()).toMatchObject({ status: 'ok' })
  })
})
