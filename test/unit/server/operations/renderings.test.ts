import { buildSchema, type ExecutionArgs, GraphQLError, parse } from 'graphql'
import { beforeEach, describe, expect, test } from 'vitest'
import { Rights } from '../../../../src/auth/index.ts'
import { presentError } from '../../../../src/graphql/errors.ts'
import type { Update } from '../../../../src/live/index.ts'
import { Renderings } from '../../../../src/server/operations/renderings.ts'
import { collectGarbage } from '../../../support/garbage.ts'

const schema = buildSchema(`
  type Query { at: Float }
  type Update { cursor: String points(steps: Int, after: Float): [Float] }
  type Subscription { series(name: String, after: String): Update }
`)

/** As the engine's, with a root field of the schema above. */
const updateOf = (series: object) => ({ cursor: 'c.1', series }) as unknown as Update
const update = updateOf({ cursor: 'c.1', points: [1, 2] })

let renderings: Renderings
beforeEach(() => {
  renderings = new Renderings((error) => presentError(error, () => {}))
})

const argsOf = (text: string, variableValues: Record<string, unknown> = {}, operationName?: string) =>
  ({ schema, document: parse(text), variableValues, operationName }) satisfies ExecutionArgs
const use = (args: ExecutionArgs, rights = Rights.all) => renderings.use(args, rights)

const WATCH = `subscription ($name: String, $after: String, $steps: Int = 5) {
  series(name: $name, after: $after) { cursor points(steps: $steps) }
}`

test('whoever asks the same in the same rights is given the same bytes, of one execution', () => {
  const [one, other] = [use(argsOf(WATCH, { name: 'a' })), use(argsOf(WATCH, { name: 'a' }))]
  expect(one.of(update)).toBe(other.of(update))
  expect(String(one.of(update).payload)).toBe('{"data":{"series":{"cursor":"c.1","points":[1,2]}}}')
  expect(one.of(update).cursor).toBe('c.1')
  expect([renderings.made, renderings.size]).toEqual([1, 1])
})

test('another update is another execution', () => {
  const rendering = use(argsOf(WATCH))
  rendering.of(update)
  rendering.of(updateOf({ cursor: 'c.2', points: [] }))
  expect(renderings.made).toBe(2)
})

describe('they share nothing whose', () => {
  const base = argsOf(WATCH, { name: 'a' })
  test.each<[string, ExecutionArgs, Rights]>([
    ['document differs', argsOf(WATCH.replace('cursor', ''), { name: 'a' }), Rights.all],
    ['variables differ', argsOf(WATCH, { name: 'b' }), Rights.all],
    ['variables are null where a default stands', argsOf(WATCH, { name: 'a', steps: null }), Rights.all],
    ['rights differ', base, new Rights(['read:a'])],
  ])('%s', (_what, args, rights) => {
    use(base)
    use(args, rights)
    expect(renderings.size).toBe(2)
  })

  test('operation differs', () => {
    const both = 'subscription A { series { cursor } } subscription B { series { points } }'
    use(argsOf(both, {}, 'A')).of(update)
    use(argsOf(both, {}, 'B')).of(update)
    expect(renderings.made).toBe(2)
  })
})

test('rights are the same in whichever order and however often they are granted', () => {
  use(argsOf(WATCH), new Rights(['read:a', 'read:b', 'other']))
  use(argsOf(WATCH), new Rights(['read:b', 'read:a', 'read:b']))
  expect(renderings.size).toBe(1)
})

describe('a variable that says after which update to begin', () => {
  test('is no difference', () => {
    use(argsOf(WATCH, { name: 'a', after: 'c.1' }))
    use(argsOf(WATCH, { name: 'a', after: 'c.7' }))
    use(argsOf(WATCH, { name: 'a' }))
    expect(renderings.size).toBe(1)
  })

  test('is no difference in a fragment', () => {
    const text = `subscription ($a: String) { ...Root }
      fragment Root on Subscription { series(after: $a) { cursor } }`
    use(argsOf(text, { a: 'c.1' }))
    use(argsOf(text, { a: 'c.7' }))
    expect(renderings.size).toBe(1)
  })

  test.each([
    'subscription ($a: String) { series(after: $a, name: $a) { cursor } }',
    'subscription ($a: Float) { series { points(after: $a) } }',
  ])('is one where it says anything else, too: %s', (text) => {
    use(argsOf(text, { a: 1 }))
    use(argsOf(text, { a: 7 }))
    expect(renderings.size).toBe(2)
  })
})

test('an error is presented to all alike, without what HTTP would be told', () => {
  const fails = updateOf(() => {
    throw new GraphQLError('no', { extensions: { code: 'FORBIDDEN', http: { status: 403 } } })
  })
  const { payload } = use(argsOf('subscription { series { cursor } }')).of(fails)
  expect(JSON.parse(String(payload))).toEqual({
    data: { series: null },
    errors: [
      {
        message: 'no',
        path: ['series'],
        locations: [{ line: 1, column: 16 }],
        extensions: { code: 'FORBIDDEN' },
      },
    ],
  })
})

test('nothing is kept when the last has left', () => {
  const [one, other] = [use(argsOf(WATCH)), use(argsOf(WATCH))]
  renderings.release(one)
  expect(renderings.size).toBe(1)
  renderings.release(other)
  expect(renderings.size).toBe(0)
})

test('what was made of an update is not held for whoever may come, for as long as nothing changes', async () => {
  const rendering = use(argsOf(WATCH))
  const made = new WeakRef(rendering.of(update))
  await expect.poll(() => collectGarbage() ?? made.deref() === undefined).toBe(true)
  expect(String(rendering.of(update).payload)).toContain('c.1')
})

test('a document is held once, however many ask it with other variables, and given back with the last of them', () => {
  const args = argsOf(WATCH)
  const all = Array.from({ length: 10_000 }, (_, i) => use({ ...args, variableValues: { name: `${i}` } }))
  expect(renderings.weight / all.length).toBeLessThan(10_000)
  const [first, ...others] = all
  for (const each of others) renderings.release(each)
  expect(renderings.weight).toBeGreaterThan(10_000)
  if (first) renderings.release(first)
  expect(renderings.weight).toBe(0)
})
