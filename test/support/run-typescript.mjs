// `node --import ./test/support/run-typescript.mjs file.ts`: runs a source file as a process of its own, as Node 20
// cannot by itself. In the thread where Node runs its module hooks this file is the hook.
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { register } from 'node:module'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'

/** What was translated before, by its source: loading TypeScript alone takes longer than many a process runs. */
const kept = new URL('../../node_modules/.cache/run-typescript/', import.meta.url)

if (isMainThread) register(import.meta.url)

/** @type {import('node:module').LoadHook} */
export async function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context)
  const source = await readFile(fileURLToPath(url), 'utf8')
  const place = new URL(`${createHash('sha256').update(source).digest('hex')}.js`, kept)
  const before = await readFile(place, 'utf8').catch(() => undefined)
  return { format: 'module', source: before ?? (await translate(source, place)), shortCircuit: true }
}

/**
 * @param {string} source
 * @param {URL} place where the outcome is kept
 */
async function translate(source, place) {
  const { default: ts } = await import('typescript')
  const compilerOptions = {
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ES2023,
    verbatimModuleSyntax: true,
  }
  const { outputText } = ts.transpileModule(source, { compilerOptions })
  const unfinished = new URL(`${place.href}.${randomUUID()}`)
  await mkdir(kept, { recursive: true })
  await writeFile(unfinished, outputText)
  await rename(unfinished, place) // others look for it at the same time
  return outputText
}
