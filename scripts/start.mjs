// `npm start`: brings what is missing, builds what is stale, and serves, all in this one process, so that a signal
// reaches the server. Arguments are the server's.
import { build } from './build.mjs'
import { runCommand } from './setup/failure.mjs'
import { setup } from './setup.mjs'

await runCommand(async () => {
  await setup()
  await build()
  process.env.NODE_ENV ??= 'production'
  const { main } = await import(new URL('../dist/main.js', import.meta.url).href)
  await main(['serve', ...process.argv.slice(2)])
})
