// `npm test`: brings what is missing, a browser too, builds what is stale, and runs every test. Arguments are vitest's.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { build } from './build.mjs'
import { runCommand } from './setup/failure.mjs'
import { root } from './setup/project.mjs'
import { setup } from './setup.mjs'

await runCommand(async () => {
  const { browser } = await setup({ browser: true })
  await build()
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const tests = spawn(process.execPath, [vitest, 'run', ...process.argv.slice(2)], {
    cwd: root,
    env: { ...process.env, CHROMIUM_PATH: browser },
    stdio: 'inherit',
  })
  // A terminal's Ctrl-C reaches vitest too, which ends its tests first.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => tests.kill('SIGTERM'))
  const [code] = await once(tests, 'exit')
  process.exitCode = code ?? 1
})
