// `node --import ./test/support/run-typescript.mjs file.ts`: runs a source file as a process of its own, as Node 20
// cannot by itself. In the thread where Node runs its module hooks this file is the hook.
import { readFile } from 'node:fs/promises'
import { register } from 'node:module'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'
import ts from 'typescript'

if (isMainThread) register(import.meta.url)

/** @type {import('node:module').LoadHook} */
export async function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context)
  const source = await readFile(fileURLToPath(url), 'utf8')
  const compilerOptions = {
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ES2023,
    verbatimModuleSyntax: true,
  }
  const { outputText } = ts.transpileModule(source, { fileName: url, compilerOptions })
  return { format: 'module', source: outputText, shortCircuit: true }
}
