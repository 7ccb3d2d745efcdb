// `npm run soak`: a steady load on a built server, and whether it holds: `npm run soak -- --minutes 60 --inserts 5000 --subscribers 1000`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { build } from './build.mjs'
import { runCommand } from './setup/failure.mjs'
import { root } from './setup/project.mjs'
import { setup } from './setup.mjs'

await runCommand(async () => {
  await setup()
  await build()
  const loader = join(root, 'test', 'support', 'run-typescript.mjs')
  const command = join(root, 'bench', 'soak', 'command.ts')
  const run = spawn(process.execPath, ['--import', loader, command, ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
  })
  // A terminal's Ctrl-C reaches the run too, which ends what it started first.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => run.kill('SIGTERM'))
  const [code] = await once(run, 'exit')
  process.exitCode = code ?? 1
})
