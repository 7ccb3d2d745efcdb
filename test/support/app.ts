import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { type App, start } from '../../src/app.ts'
import { loadConfig } from '../../src/config/index.ts'
import { createLog } from '../../src/log.ts'
import { type RedisServer, startRedisServer } from './redis-server.ts'

/** A whole server on a free port, over a redis-server of its own. */
export interface TestApp {
  readonly app: App
  readonly server: RedisServer
  /** another client on the same Redis */
  readonly redis: Redis
  query(query: string, variables?: Record<string, unknown>): Promise<Reply>
  /** With other settings in its file, as after SIGHUP. */
  reload(settings: object): Promise<void>
  closeApp(): Promise<void>
  /** Once it is closed: another one on the same port, as after a deployment. */
  reopenApp(): Promise<void>
  stop(): Promise<void>
}

export interface Reply {
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it as they need, and fail where it is otherwise
  readonly data?: any
  readonly errors?: readonly { message: string; path?: unknown[]; extensions: Record<string, unknown> }[]
}

/** `settings` as a configuration file has them; without any it serves the demo. */
export async function startTestApp(settings: object = {}, log = createLog('silent')): Promise<TestApp> {
  const server = await startRedisServer()
  const cwd = await mkdtemp(join(tmpdir(), 'kairos-test-'))
  const load = async (inFile: object) => {
    await writeFile(join(cwd, 'kairos.yaml'), JSON.stringify(inFile))
    return await loadConfig({ argv: ['--redis', server.url, '--port', '0'], env: {}, cwd })
  }
  const config = await load(settings)
  let app = await start(config, log)
  const port = Number(new URL(app.url).port)
  const redis = new Redis(server.url)
  return {
    get app() {
      return app
    },
    server,
    redis,
    async query(query, variables) {
      const response = await fetch(`${app.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      })
      return await response.json()
    },
    async reload(changed) {
      await app.reload(await load(changed))
    },
    closeApp: () => app.close(),
    async reopenApp() {
      app = await start({ ...config, port }, log)
    },
    async stop() {
      redis.disconnect()
      await app.close()
      await server.stop()
      await rm(cwd, { recursive: true, force: true })
    },
  }
}
