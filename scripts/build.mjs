// Builds `dist`: the server from `src`, the client as one file, the page from `web-playground`; each only where its inputs have changed.
import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { compressTexts } from './build/brotli.mjs'
import { filesIn, hashOf, recall, remember } from './build/inputs.mjs'
import { exclusively } from './setup/exclusively.mjs'
import { root } from './setup/project.mjs'
import { run } from './setup/run.mjs'

const dist = join(root, 'dist')
const tool = (/** @type {string} */ path) => [process.execPath, join(root, 'node_modules', path)]

/** @throws {import('./setup/failure.mjs').Failure} with the compiler's words */
export async function build() {
  await exclusively(async () => {
    await buildServer()
    await buildClientModule()
    if (existsSync(join(root, 'web-playground', 'index.html'))) await buildPage()
  })
}

async function buildServer() {
  const sources = await filesIn('src')
  const hash = await hashOf([...sources, 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'])
  const outputs = sources.flatMap(outputsOf)
  const isWhole = outputs.every((file) => existsSync(join(dist, file)))
  if (isWhole && (await recall('server')) === hash) return
  // Of what it has compiled before the compiler emits only what has changed, even where the output has gone.
  if (!isWhole) await rm(join(dist, '.tsbuildinfo'), { force: true })
  await run('Building the server', [
    ...tool('typescript/bin/tsc'),
    '-p',
    'tsconfig.build.json',
    '--noEmitOnError',
  ])
  for (const file of sources.filter(isCopied)) {
    const copy = join(dist, file.slice('src/'.length))
    await mkdir(dirname(copy), { recursive: true })
    await copyFile(join(root, file), copy)
  }
  const wanted = new Set(outputs)
  for (const file of await filesIn('dist')) {
    const name = file.slice('dist/'.length)
    const isOther = /^(web-playground\/|client-module\/|\.)/.test(name)
    if (!isOther && !wanted.has(name)) await rm(join(root, file))
  }
  if (wanted.has('bin.js')) await chmod(join(dist, 'bin.js'), 0o755)
  await remember('server', hash)
}

/** @param {string} source */
const isCopied = (source) => source.endsWith('.lua')

/**
 * What becomes of a source file, relative to `dist`.
 *
 * @param {string} source
 * @returns {string[]}
 */
function outputsOf(source) {
  const file = source.slice('src/'.length)
  if (isCopied(source)) return [file]
  if (!file.endsWith('.ts')) return []
  const stem = file.slice(0, -'.ts'.length)
  return [`${stem}.js`, `${stem}.d.ts`]
}

/** What decides, beside their sources, over what browsers get. */
const COMMON = ['scripts/build/brotli.mjs', 'package-lock.json']

async function buildClientModule() {
  const config = 'scripts/build/client-module.config.mjs'
  const hash = await hashOf([...(await filesIn('src/client')), config, ...COMMON])
  if (existsSync(join(dist, 'client-module', 'client.js')) && (await recall('client-module')) === hash) return
  await run('Building the client', [...tool('vite/bin/vite.js'), 'build', '--config', config])
  await compressTexts('dist/client-module')
  await remember('client-module', hash)
}

async function buildPage() {
  const inputs = await Promise.all(
    ['web-playground', 'src/client', 'schema'].map((folder) => filesIn(folder)),
  )
  const hash = await hashOf([...inputs.flat(), ...COMMON])
  const page = join(dist, 'web-playground')
  if (existsSync(join(page, 'index.html')) && (await recall('page')) === hash) return
  await run('Building the page', [...tool('vite/bin/vite.js'), 'build', 'web-playground'])
  await compressTexts('dist/web-playground')
  await remember('page', hash)
}
