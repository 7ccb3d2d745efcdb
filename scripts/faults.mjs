// `npm run faults`: writers, subscribers and faults around real servers, until something is wrong or time is over.
// `npm run faults -- --minutes 60 --seed 7`; with `--world fleet` or `--world cluster` around several servers behind a balancer; with `--from 12` it begins in that round, `--only 'FLUSH|killed'` names the faults.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { runCommand } from './setup/failure.mjs'
import { root } from './setup/project.mjs'
import { setup } from './setup.mjs'

await runCommand(async () => {
  await setup()
  const loader = join(root, 'test', 'support', 'run-typescript.mjs')
  const command = join(root, 'test', 'live', 'faults', 'command.ts')
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
