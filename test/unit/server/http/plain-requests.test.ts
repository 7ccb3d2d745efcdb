import { ROOT_CONTEXT } from '@opentelemetry/api'
import { GraphQLInt, GraphQLObjectType, GraphQLSchema } from 'graphql'
import { expect, test } from 'vitest'
import { type Identity, Rights } from '../../../../src/auth/index.ts'
import { createLog } from '../../../../src/log.ts'
import { answerType } from '../../../../src/server/http/media-types.ts'
import { PlainRequests } from '../../../../src/server/http/plain-requests.ts'
import { prepare } from '../../../../src/server/http/prepared.ts'
import { anyDocument } from '../../../../src/server/operations/document-policy.ts'
import { Operations } from '../../../../src/server/operations/operations.ts'
import { requestOfBody } from '../../../../src/server/operations/request.ts'

const log = createLog('silent')

/** A counter that a mutation moves on, and how often it was read. */
function counting() {
  const state = { value: 0, reads: 0 }
  const field = (resolve: () => number) => ({ type: GraphQLInt, resolve })
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      fields: {
        value: field(() => {
          state.reads += 1
          return state.value
        }),
      },
    }),
    mutation: new GraphQLObjectType({
      name: 'Mutation',
      fields: { increment: field(() => (state.value += 1)) },
    }),
  })
  const operations = new Operations({ schema, documents: anyDocument, record: () => {}, log })
  const posts = new PlainRequests(operations, (caller) => caller as never)
  return {
    state,
    async post(request: unknown, caller = one) {
      const body = Buffer.from(JSON.stringify(request) ?? '')
      const prepared = prepare(operations, () => requestOfBody(body))
      return prepared && (await posts.answer(prepared, body, caller))?.toString()
    },
  }
}

const callerOf = (name: string, address = '::1') => ({
  identity: identityOf(name),
  address,
  requestId: 'r',
  trace: ROOT_CONTEXT,
})
const identityOf = (name: string): Identity => ({ name, rights: Rights.all, expires: null })
const one = callerOf('one')

test('equal queries of one turn share an execution', async () => {
  const { state, post } = counting()
  const same = { query: '{ value }' }
  const answers = await Promise.all([post(same), post(same), post(same, { ...one, address: '::2' })])
  expect(new Set(answers)).toEqual(new Set(['{"data":{"value":0}}']))
  expect(state.reads).toBe(1)
  await post(same)
  expect(state.reads).toBe(2)
})

test('queries of several identities, or with other variables, share nothing', async () => {
  const { state, post } = counting()
  const query = 'query ($other: Boolean = false) { value @skip(if: $other) }'
  await Promise.all([
    post({ query }),
    post({ query }, callerOf('one')),
    post({ query, variables: { other: false } }),
  ])
  expect(state.reads).toBe(3)
})

test('what was written before a query came is seen by it, though equal ones came before', async () => {
  const { post } = counting()
  const before = post({ query: '{ value }' })
  await post({ query: 'mutation { increment }' })
  const after = post({ query: '{ value }' })
  expect([await before, await after]).toContain('{"data":{"value":1}}')
  expect(await after).toBe('{"data":{"value":1}}')
})

test('every mutation is executed', async () => {
  const { state, post } = counting()
  await Promise.all(Array.from({ length: 5 }, () => post({ query: 'mutation { increment }' })))
  expect(state.value).toBe(5)
})

test.each([
  ['no object', [{ query: '{ value }' }]],
  ['no query', { variables: {} }],
  ['a query of another type', { query: 5 }],
  ['variables of another type', { query: '{ value }', variables: [] }],
  ['a name of another type', { query: '{ value }', operationName: 5 }],
  ['a document that is not known', { query: '{ value }', documentId: 'x' }],
  ['no document', { query: '{' }],
  ['a document that the schema has not', { query: '{ other }' }],
  ['an operation that is not there', { query: 'query A { value }', operationName: 'B' }],
  ['variables that are not as declared', { query: 'query ($a: Int!) { value @skip(if: true) }' }],
])('nothing is executed for %s', async (_what, request) => {
  const { state, post } = counting()
  expect(await post(request)).toBeUndefined()
  expect(state).toEqual({ value: 0, reads: 0 })
})

test("what is no JSON is nobody's", async () => {
  const { post } = counting()
  expect(await post(undefined)).toBeUndefined()
})

const JSON_TYPE = 'application/json'
const GRAPHQL_TYPE = 'application/graphql-response+json'

test.each<[string, { readonly accept?: string }, string | undefined]>([
  ['says nothing of the answer', {}, JSON_TYPE],
  ['takes anything', { accept: '*/*' }, JSON_TYPE],
  ['is curl or fetch', { accept: 'application/json' }, JSON_TYPE],
  ['is Apollo Client', { accept: `${GRAPHQL_TYPE},application/json;q=0.9` }, GRAPHQL_TYPE],
  [
    'is urql',
    { accept: `${GRAPHQL_TYPE}, application/json, text/event-stream, multipart/mixed` },
    GRAPHQL_TYPE,
  ],
  ['wants events', { accept: 'text/event-stream' }, 'text/event-stream'],
  ['wants events first', { accept: 'text/event-stream, application/json' }, JSON_TYPE],
  ['wants what we have not', { accept: 'text/html' }, undefined],
])('who %s is answered as %s', (_who, headers, expected) => {
  expect(answerType(headers.accept)).toBe(expected)
})
