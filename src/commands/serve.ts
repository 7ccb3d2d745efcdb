import { type App, start } from '../app.ts'
import { loadConfig, redisAddress } from '../config/index.ts'
import { createLog, type Log } from '../log.ts'
import { startTracing } from '../tracing.ts'

/** Serves until SIGINT or SIGTERM; exits 0 after one, 1 where it cannot go on. */
export async function serve(argv: readonly string[]): Promise<void> {
  const sources = { argv, env: process.env, cwd: process.cwd() }
  const config = await loadConfig(sources)
  const log = createLog(config.logLevel)
  const stopTracing = await startTracing(process.env, log)
  const app = await start(config, log)
  process.stdout.write(`Kairos is ready at ${app.url}\n`)
  log.info(`Redis: ${redisAddress(config.redis)}; configuration: ${config.file ?? 'the built-in demo'}`)
  let reloaded = Promise.resolve()
  process.on('SIGHUP', () => {
    reloaded = reloaded.then(() => reload(app, sources, log))
  })
  const reason = await Promise.race([stopSignal(), app.lost])
  if (reason instanceof Error) {
    log.error(reason.message)
    process.exitCode = 1
  } else {
    log.info(`${reason}: finishing what runs`)
  }
  await app.close()
  await stopTracing?.()
  // What still holds the process, such as a client's socket that does not close, must not outlive the server.
  process.exit()
}

async function reload(app: App, sources: Parameters<typeof loadConfig>[0], log: Log): Promise<void> {
  try {
    await app.reload(await loadConfig(sources))
    log.info('SIGHUP: auth and limits are in force as the configuration now has them')
  } catch (error) {
    log.error(`SIGHUP: all stays as it is: ${error instanceof Error ? error.message : error}`)
  }
}

/** Milliseconds after the first signal in which another is its echo: a terminal's Ctrl-C comes once from it and once from npm. */
const ECHO = 1000

/** The first SIGINT or SIGTERM ends in order; whoever repeats either loses patience, and the process ends at once. */
async function stopSignal(): Promise<NodeJS.Signals> {
  return await new Promise((resolve) => {
    let first: number | undefined
    const onSignal = (signal: NodeJS.Signals) => {
      first ??= performance.now()
      if (performance.now() - first > ECHO) process.exit(1)
      resolve(signal)
    }
    process.on('SIGINT', onSignal)
    process.on('SIGTERM', onSignal)
  })
}
