import fc from 'fast-check'
import { parse } from 'graphql'
import { expect, test } from 'vitest'
import { LiveGaugeDocument, LiveSetDocument } from '../../../src/client/generated/graphql.ts'
import { selfContained, tokens } from '../../../web-playground/src/page/operation.ts'

test('a self-contained operation carries its variables as defaults, whatever is in them', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const [operation] = parse(selfContained(LiveGaugeDocument.toString(), { name })).definitions
      const [variable] =
        operation?.kind === 'OperationDefinition' ? (operation.variableDefinitions ?? []) : []
      expect(variable?.defaultValue).toMatchObject({ kind: 'StringValue', value: name })
    }),
  )
})

test('tokens are the whole text', () => {
  const text = selfContained(LiveSetDocument.toString(), { name: 'a "quoted" $name', interval: 'minute' })
  expect(
    tokens(text)
      .map((token) => token.text)
      .join(''),
  ).toBe(text)
})

test('a string is one token, with the quotes and variables in it', () => {
  expect(tokens('f(a: "say \\"$x\\"")').filter(({ kind }) => kind === 'string')).toEqual([
    { kind: 'string', text: '"say \\"$x\\""' },
  ])
})
