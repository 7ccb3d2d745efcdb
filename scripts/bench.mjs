// `npm run bench`: runs every benchmark, or those that are named: `npm run bench insert read`; `live` is every `live-…`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure, runCommand } from './setup/failure.mjs'
import { root } from './setup/project.mjs'
import { setup } from './setup.mjs'

await runCommand(async () => {
  const files = (await readdir(join(root, 'bench'))).filter((file) => file.endsWith('.ts'))
  const all = files.map((file) => file.slice(0, -'.ts'.length))
  const called = (/** @type {string} */ word) =>
    all.filter((name) => name === word || name.startsWith(`${word}-`))
  const words = process.argv.slice(2)
  const unknown = words.find((word) => called(word).length === 0)
  if (unknown !== undefined) throw new Failure(`There is no benchmark ${unknown}: choose ${all.join(', ')}.`)
  const chosen = words.length > 0 ? words.flatMap(called) : all
  await setup()
  for (const name of chosen) {
    const loader = join(root, 'test', 'support', 'run-typescript.mjs')
    const file = join(root, 'bench', `${name}.ts`)
    const bench = spawn(process.execPath, ['--import', loader, file], { cwd: root, stdio: 'inherit' })
    const [code] = await once(bench, 'exit')
    if (code !== 0) process.exitCode = 1
  }
})
