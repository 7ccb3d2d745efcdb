import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'

const intervals = { minute: { step: 60, steps: 10 } }

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    monitor: false,
    timeseries: [
      { name: 'halves', match: 'a.exact', type: 'gauge', values: 'float', quantize: 0.5, intervals },
      { name: 'words', match: ['a.*', 'b.**'], type: 'set', intervals },
    ],
  })
})
afterAll(() => app.stop())

const ask = async (name: string) =>
  await app.query('query ($name: String!) { definition(name: $name) { name quantize } }', { name })

describe('the definition of a name', () => {
  test.each([
    ['a.exact', { name: 'halves', quantize: 0.5 }],
    ['a.other', { name: 'words', quantize: null }],
    ['b.c.d', { name: 'words', quantize: null }],
    ['a.b.c', null],
    ['toString', null],
  ])('is of %s the first that matches, though nothing is stored: %j', async (name, definition) => {
    expect(await ask(name)).toEqual({ data: { definition } })
  })

  test.each(['', 'a:b', 'a.\n', 'a'.repeat(513), '\ud800'])(
    'is not sought for %j, which is no name',
    async (name) => {
      const { data, errors } = await ask(name)
      expect([data, errors?.[0]?.extensions.code]).toEqual([{ definition: null }, 'BAD_USER_INPUT'])
    },
  )
})
