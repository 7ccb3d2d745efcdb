// Before `npm pack` and `npm publish`: builds what is stale, in a fresh clone too, so that no package is without, or of yesterday.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.mjs'
import { runCommand } from './setup/failure.mjs'
import { root } from './setup/project.mjs'
import { setup } from './setup.mjs'

await runCommand(async () => {
  if (!existsSync(join(root, 'node_modules'))) await setup({ redis: false })
  await build()
})
