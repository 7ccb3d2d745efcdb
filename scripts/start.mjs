// `npm start`: brings what is missing, builds what is stale, and serves, all in this one process, so that a signal
// reaches the server. Arguments are the server's.
import { build } from './build.mjs'
import { runCommand } from './setup/failure.mjs'
import { needsOwnRedis } from './setup/redis-server.mjs'
import { setup } from './setup.mjs'

await runCommand(async () => {
  const args = process.argv.slice(2)
  await setup({ redis: needsOwnRedis(args, process.env) })
  await build()
  process.env.NODE_ENV ??= 'production'
  const { main } = await import(new URL('../dist/main.js', import.meta.url).href)
  await main(['serve', ...args])
})
