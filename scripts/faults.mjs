// `npm run faults`: writers, subscribers and faults around real servers, until something is wrong or time is over.
// `npm run faults -- --minutes 60 --seed 7`; with `--world fleet` or `--world cluster` around several servers behind a balancer; with `--from 12` it begins in that round, `--only 'FLUSH|killed'` names the faults.
import { runCommand } from './setup/failure.mjs'
import { runTypescript } from './setup/run-typescript.mjs'
import { setup } from './setup.mjs'

await runCommand(async () => {
  await setup()
  process.exitCode = await runTypescript('test/live/faults/command.ts', process.argv.slice(2))
})
