// `npm run bench`: runs every benchmark, or those that are named: `npm run bench insert read`.
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
  const chosen = process.argv.length > 2 ? process.argv.slice(2) : all
  const unknown = chosen.find((name) => !all.includes(name))
  if (unknown !== undefined) throw new Failure(`There is no benchmark ${unknown}: choose ${all.join(', ')}.`)
  await setup()
  for (const name of chosen) {
    const loader = join(root, 'test', 'support', 'run-typescript.mjs')
    const file = join(root, 'bench', `${name}.ts`)
    const bench = spawn(process.execPath, ['--import', loader, file], { cwd: root, stdio: 'inherit' })
    const [code] = await once(bench, 'exit')
    if (code !== 0) process.exitCode = 1
  }
})
