import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { schema } from '../../../../src/graphql/schema.ts'
import { anyDocument } from '../../../../src/server/operations/document-policy.ts'
import { requestOf } from '../../../../src/server/operations/request.ts'
import { TrustedDocuments } from '../../../../src/server/operations/trusted-documents.ts'

async function read(content: string): Promise<TrustedDocuments> {
  const folder = await mkdtemp(join(tmpdir(), 'kairos-documents-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'documents.json'), content)
  return TrustedDocuments.read(join(folder, 'documents.json'), schema)
}

const refusalOf = async (content: string): Promise<string> =>
  await read(content).then(
    () => 'it was read',
    (error) => `${error.name}: ${error.message}`,
  )

describe('a file of trusted documents', () => {
  test('that is none is refused with the reason', async () => {
    expect(await refusalOf('nonsense')).toMatch(/^TrustedDocumentsError: .*\n {2}the file is not valid JSON$/)
    for (const content of ['[]', '[{}]', 'null', '1', '"{ __typename }"'])
      expect(await refusalOf(content)).toMatch(/\n {2}the file is not a JSON object of documents by id$/)
    expect(await refusalOf('{}')).toMatch(/\n {2}it holds none, so nothing could run$/)
    expect(await refusalOf(`{"a":"${' '.repeat(16 * 1024 * 1024)}"}`)).toMatch(/larger than 16 MiB$/)
    expect(() => TrustedDocuments.read('/nowhere/documents.json', schema)).toThrow(
      'The trusted documents (/nowhere/documents.json) cannot be used:\n  the file cannot be read (ENOENT)',
    )
  })

  test('is refused with every fault in it', async () => {
    const documents = {
      good: '{ __typename }',
      syntax: 'query A {\n  definitions {',
      field: 'query B { nope }',
      fragment: 'fragment F on Query { __typename }',
      type: 5,
      deep: `${'{a'.repeat(7000)}${'}'.repeat(7000)}`,
    }
    const message = await refusalOf(JSON.stringify(documents))
    expect(message.split('\n').slice(1)).toEqual([
      '  "syntax" line 2, column 16: Syntax Error: Expected Name, found <EOF>.',
      '  "field" line 1, column 11: Cannot query field "nope" on type "Query".',
      '  "fragment" holds no operation',
      '  "type" is not a text',
      expect.stringMatching(/^ {2}"deep" This document is too large: /),
    ])
  })

  test('with a great many faults tells the first of them', async () => {
    const documents = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`id${i}`, '{']))
    const lines = (await refusalOf(JSON.stringify(documents))).split('\n')
    expect(lines).toHaveLength(22)
    expect(lines.at(-1)).toBe('  and 980 more')
  })
})

const TEXT = 'query Name { __typename }'
const HASH = createHash('sha256').update(TEXT).digest('hex')

describe('a document is found', () => {
  const trusted = new TrustedDocuments(new Map([['page-1', TEXT]]))
  const byHash = new TrustedDocuments(new Map([[`sha256:${HASH}`, TEXT]]))

  test.each([
    { documentId: 'page-1' },
    { documentId: HASH },
    { documentId: `sha256:${HASH}` },
    { extensions: { persistedQuery: { version: 1, sha256Hash: HASH } } },
    { extensions: { persistedQuery: { sha256Hash: 'page-1' } } },
    { query: TEXT },
    { query: '', documentId: 'page-1' },
    { query: '{ other }', documentId: 'page-1' },
    { query: TEXT, documentId: 'unknown' },
    { query: TEXT, extensions: { persistedQuery: { version: 1, sha256Hash: 'unknown' } } },
  ])('by its id, its hash, or its very text: %j', (request) => {
    expect(trusted.textOf(requestOf(request))).toBe(TEXT)
    if (!JSON.stringify(request).includes('page-1')) expect(byHash.textOf(requestOf(request))).toBe(TEXT)
  })

  test.each([
    [{}, /trusted documents only: a request needs a `documentId`/],
    [{ query: '{ __typename }' }, /not one of those that this server trusts/],
    [{ query: `${TEXT} ` }, /not one of those/],
    [{ query: `${TEXT}#` }, /not one of those/],
    [{ documentId: 'page-2' }, /trusts no document of this `documentId`/],
    [{ documentId: '' }, /trusts no document of this `documentId`/],
    [{ documentId: '__proto__' }, /trusts no document of this `documentId`/],
    [{ documentId: HASH.toUpperCase() }, /trusts no document/],
    [{ extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } }, /^PersistedQueryNotFound$/],
    [{ query: '{ a }', extensions: { persistedQuery: { sha256Hash: 'x' } } }, /not one of those/],
    [{ extensions: { persistedQuery: null } }, /needs a `documentId`/],
    [{ extensions: { persistedQuery: { sha256Hash: 5 } } }, /needs a `documentId`/],
  ])('and no other is: %j', (request, message) => {
    expect(() => trusted.textOf(requestOf(request))).toThrow(message)
    // What was refused is not remembered, however often it is asked.
    expect(() => trusted.textOf(requestOf(request))).toThrow(message)
  })
})

test('where any document runs, an id is none, and a hash is not known, which clients take for a hint to send the text', () => {
  const asked = (request: object) => () => anyDocument.textOf(requestOf(request))
  expect(asked({ query: TEXT })()).toBe(TEXT)
  expect(asked({ query: TEXT, extensions: { persistedQuery: { sha256Hash: HASH } } })()).toBe(TEXT)
  expect(asked({ documentId: HASH })).toThrow('this server knows no documents')
  expect(asked({ query: TEXT, documentId: HASH })).toThrow('this server knows no documents')
  expect(asked({ extensions: { persistedQuery: { sha256Hash: HASH } } })).toThrow(
    /^PersistedQueryNotSupported$/,
  )
  expect(asked({})).toThrow('a request needs `query`')
})
