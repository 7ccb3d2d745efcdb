// `node --import ./test/support/run-typescript.mjs file.ts`: runs a source file as a process of its own, as Node 20
// cannot by itself. In the thread where Node runs its module hooks this file is the hook. What was made of a file once is
// kept in node_modules/.cache, since to load TypeScript alone takes longer than all of Kairos.
import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { register } from 'node:module'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'

if (isMainThread) register(import.meta.url)

const cache = new URL('../../node_modules/.cache/run-typescript/', import.meta.url)

/** @type {import('node:module').LoadHook} */
export async function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context)
  const source = await readFile(fileURLToPath(url), 'utf8')
  const kept = new URL(createHash('sha256').update(source).digest('hex'), cache)
  const known = await readFile(kept, 'utf8').catch(() => undefined)
  return { format: 'module', source: known ?? (await transpile(source, kept)), shortCircuit: true }
}

/**
 * @param {string} source
 * @param {URL} kept where the result is to be found
 */
async function transpile(source, kept) {
  const { default: ts } = await import('typescript')
  const compilerOptions = {
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ES2023,
    verbatimModuleSyntax: true,
  }
  const { outputText } = ts.transpileModule(source, { compilerOptions })
  await mkdir(cache, { recursive: true })
  // Others may read it meanwhile.
  const half = new URL(`${kept}.${process.pid}`)
  await writeFile(half, outputText)
  await rename(half, kept)
  return outputText
}
