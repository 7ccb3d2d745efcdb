import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { curl, shellQuoted } from '../../../../web-playground/src/operation/curl.ts'

/** Before this, a `curl` that prints each argument, and what it is piped, with an end that no text has. */
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-curl-'))
  const script = `#!/bin/sh
for each; do printf '%s\\0' "$each"; if [ "$each" = @- ]; then cat; printf '\\0'; fi; done
`
  writeFileSync(join(folder, 'curl'), script)
  chmodSync(join(folder, 'curl'), 0o755)
})
afterAll(() => rmSync(folder, { recursive: true }))

/** What a POSIX shell hands to curl, and after `@-` what it pipes. */
function passed(command: string, env: Record<string, string> = {}): string[] {
  const output = execFileSync('/bin/sh', {
    input: command,
    env: { ...process.env, ...env, PATH: `${folder}:${process.env.PATH}` },
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  return output.split('\0').slice(0, -1)
}

/** A text as it can be in an argument: without NUL, and without halves of characters. */
const text = fc.string({ unit: 'grapheme' }).map((each) => each.replaceAll('\0', ''))
const url = 'http://localhost:4000/graphql'

test('a shell takes a quoted text as it is, whatever is in it', () => {
  const hostile = fc.oneof(
    text,
    fc.string({ unit: fc.constantFrom("'", '"', '\\', '$', '`', '!', '\n', ' ', 'a') }),
  )
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 20 }), (texts) => {
      expect(passed(`curl ${texts.map(shellQuoted).join(' ')}`)).toEqual(texts)
    }),
    { numRuns: 50 },
  )
})

test('a command sends the operation, whatever is in its variables', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const operation = {
        query: 'query ($name: String!) { info(name: $name) { name } }',
        variables: { name },
      }
      const [options, to, , header, , body = ''] = passed(curl([operation], { url }))
      expect([options, to, header]).toEqual(['-sS', url, 'content-type: application/json'])
      expect(JSON.parse(body)).toEqual(operation)
    }),
    { numRuns: 50 },
  )
})

test('a subscription is printed as it comes', () => {
  const operation = { query: 'subscription { series(name: "a", interval: "b") { kind } }', variables: {} }
  expect(passed(curl([operation], { url }))).toEqual([
    '-sSN',
    url,
    '-H',
    'content-type: application/json',
    '-H',
    'accept: text/event-stream',
    '-d',
    JSON.stringify(operation),
  ])
})

test('a query is one line', () => {
  const query = '\n  query Q($a: String!) {\n    x(a: $a)\n  }\n'
  const [, , , , , body = ''] = passed(curl([{ query, variables: { a: 'x\n y' } }], { url }))
  expect(JSON.parse(body)).toEqual({ query: 'query Q($a: String!) { x(a: $a) }', variables: { a: 'x\n y' } })
})

test('what is too long for an argument is piped', () => {
  const values = Array.from({ length: 10_000 }, (_, i) => `it's "${i}" $HOME \`id\`\nEND\n`)
  const operation = { query: 'mutation ($values: [String!]!) { x }', variables: { values } }
  const [, , , , data, from, piped = ''] = passed(curl([operation], { url }))
  expect([data, from]).toEqual(['--data-binary', '@-'])
  expect(JSON.parse(piped)).toEqual(operation)
})

test('a token is taken from the environment, and is not in the command', () => {
  const command = curl([{ query: '{ __typename }', variables: {} }], { url, authorized: true })
  expect(passed(command, { KAIROS_TOKEN: 'a b' })).toContain('authorization: Bearer a b')
})

test('several operations are several commands', () => {
  const operation = (n: number) => ({ query: '{ __typename }', variables: { n } })
  const sent = passed(curl([operation(1), operation(2)], { url })).filter((each) => each.startsWith('{'))
  expect(sent.map((each) => JSON.parse(each).variables.n)).toEqual([1, 2])
})
