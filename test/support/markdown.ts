import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'graphql'
import { createClient } from 'graphql-ws'
import ts from 'typescript'
import { expect } from 'vitest'
import WebSocket from 'ws'

/**
 * The examples of a document, which are run as a reader would run them.
 *
 * | block | is |
 * | --- | --- |
 * | `graphql` | an operation; of a subscription the first update counts |
 * | `js`, `ts` | a module, run by Node in the project's folder |
 * | `sh` | lines for a shell, where one of them is a `curl` |
 * | `json variables`, after `graphql` | its variables |
 * | `json`, after any | what it replies or prints: everything in it must be there, lists whole |
 * | `json shape`, after any | the same, but of values only the type counts, of a list's elements the first, nulls aside; null stands for anything |
 *
 * Without a `json` the example must succeed: no `errors`, exit code 0. Other blocks are none of ours.
 */
export interface Example {
  /** where it is: `docs/api.md:12 graphql` */
  readonly title: string
  readonly language: 'graphql' | 'js' | 'ts' | 'sh'
  readonly text: string
  readonly variables?: unknown
  readonly expected?: { readonly value: unknown; readonly shape: boolean }
}

export interface RunOptions {
  /** of the running server: it stands where the document says http://localhost:4000 */
  readonly url: string
  /** other texts of the document, and what stands in their place */
  readonly replace?: Readonly<Record<string, string>>
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const loader = new URL('run-typescript.mjs', import.meta.url).href

/** Where there is no `curl` its examples cannot be run. */
export const hasCurl = spawnSync('curl', ['--version']).status === 0

/** The text of a document, whose path is relative to the project's folder. */
export function documentAt(path: string): string {
  return readFileSync(root + path, 'utf8')
}

/** The text of each block in one language, such as `html`, whether or not it is an example that is run here. */
export function blocksOf(path: string, language: string): string[] {
  return blocks(documentAt(path)).flatMap(({ info, content }) => (info === language ? [content] : []))
}

/** In the order of the document, as later ones may read what earlier ones wrote. */
export function examplesOf(path: string, text = documentAt(path)): Example[] {
  const examples: Example[] = []
  for (const { info, content, line } of blocks(text)) {
    const title = `${path}:${line} ${info}`
    const last = examples.at(-1)
    if (info === 'graphql' || info === 'js' || info === 'ts')
      examples.push({ title, language: info, text: content })
    else if (info === 'sh') {
      if (/^\s*curl /m.test(content)) examples.push({ title, language: info, text: content })
    } else if (info.startsWith('json')) {
      if (!last) throw new Error(`${title} belongs to no example`)
      const value: unknown = JSON.parse(content)
      if (info === 'json variables') examples.splice(-1, 1, { ...last, variables: value })
      else examples.splice(-1, 1, { ...last, expected: { value, shape: info === 'json shape' } })
    }
  }
  return examples
}

/** Fenced blocks with an info string; `line` counts from 1. */
function blocks(text: string): { info: string; content: string; line: number }[] {
  return [...text.matchAll(/^```(\S[^\n]*)\n(.*?)^```$/gms)].map(
    ({ 1: info = '', 2: content = '', index }) => ({
      info,
      content,
      line: text.slice(0, index).split('\n').length,
    }),
  )
}

/** Runs an example against a server; fails where it does not do what the document says. */
export async function runExample(example: Example, { url, replace = {} }: RunOptions): Promise<void> {
  const address = { 'http://localhost:4000': url, 'ws://localhost:4000': url.replace('http', 'ws') }
  const text = Object.entries({ ...address, ...replace }).reduce(
    (replaced, [from, to]) => replaced.replaceAll(from, to),
    example.text,
  )
  const output =
    example.language === 'graphql'
      ? await operate(url, text, example.variables)
      : await runProcess(example.language, text)
  const { expected } = example
  if (expected === undefined) {
    expect(output).not.toHaveProperty('errors')
    return
  }
  if (expected.shape) expect(shapeOf(output, expected.value)).toEqual(shapeOf(expected.value, expected.value))
  else expect(output).toMatchObject(Object(expected.value))
}

async function operate(url: string, query: string, variables: unknown): Promise<unknown> {
  const isLive = parse(query).definitions.some(
    (definition) => definition.kind === 'OperationDefinition' && definition.operation === 'subscription',
  )
  if (isLive) return await firstUpdate(url, query, variables)
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  return await response.json()
}

async function firstUpdate(url: string, query: string, variables: unknown): Promise<unknown> {
  const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket })
  const updates = client.iterate({ query, variables: Object(variables ?? {}) })
  const first = await updates.next()
  await client.dispose()
  return first.value
}

/** What the process prints: JSON where it is, else the text. */
async function runProcess(language: 'js' | 'ts' | 'sh', text: string): Promise<unknown> {
  const [command, args, input] = commandOf(language, text)
  const child = spawn(command, args, { cwd: root, timeout: 60_000 })
  const printed = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    printed.out += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    printed.err += chunk
  })
  child.stdin.end(input)
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
  expect({ code, err: printed.err }).toMatchObject({ code: 0 })
  try {
    return JSON.parse(printed.out)
  } catch {
    return printed.out
  }
}

function commandOf(
  language: 'js' | 'ts' | 'sh',
  text: string,
): [command: string, args: string[], input: string] {
  const module = ['--input-type=module', '-']
  switch (language) {
    case 'sh':
      return ['sh', ['-e'], text]
    case 'js':
      return [process.execPath, module, text]
    case 'ts':
      return [process.execPath, ['--import', loader, ...module], javascript(text)]
  }
}

function javascript(text: string): string {
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 }
  return ts.transpileModule(text, { compilerOptions }).outputText
}

/** The value with its types for values, as far as `pattern` looks into it. */
function shapeOf(value: unknown, pattern: unknown): unknown {
  if (pattern === null) return 'anything'
  if (Array.isArray(pattern)) {
    if (!Array.isArray(value)) return typeof value
    if (pattern.length === 0) return 'list'
    const elements = value.filter((element) => element !== null)
    return [...new Set(elements.map((element) => JSON.stringify(shapeOf(element, pattern[0]))))]
  }
  if (typeof pattern !== 'object' || typeof value !== 'object' || value === null)
    return value === null ? 'null' : typeof value
  const values = new Map(Object.entries(value))
  return Object.fromEntries(
    Object.entries(pattern).map(([key, inner]) => [key, shapeOf(values.get(key), inner)]),
  )
}
