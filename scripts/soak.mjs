// `npm run soak`: a steady load on a built server, and whether it holds: `npm run soak -- --minutes 60 --inserts 5000 --subscribers 1000`.
import { build } from './build.mjs'
import { runCommand } from './setup/failure.mjs'
import { runTypescript } from './setup/run-typescript.mjs'
import { setup } from './setup.mjs'

await runCommand(async () => {
  await setup()
  await build()
  process.exitCode = await runTypescript('bench/soak/command.ts', process.argv.slice(2))
})
