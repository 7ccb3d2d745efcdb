import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A server that is measured, as a process of its own, dead with this one. */
export interface ServerProcess {
  readonly url: string
  /** Seconds of processor time that it has taken since it started. */
  cpu(): Promise<number>
  /** Bytes in use, once what is garbage is gone. */
  memory(): Promise<Memory>
  /** Hands it what it is to tell all who listen; only servers with nothing behind them take it. */
  publish(text: string): void
  stop(): Promise<void>
}

export interface Memory {
  /** of objects and buffers */
  readonly heap: number
  /** of the process */
  readonly resident: number
}

/** The servers of `live-server.ts`. */
export type Kind = 'kairos' | 'broadcast' | 'forward' | 'yoga' | 'write' | 'listen'

/** Throws where it ends before it serves. `args` are what its kind needs besides Redis. */
export async function startServer(
  kind: Kind,
  redis: string,
  ...args: readonly string[]
): Promise<ServerProcess> {
  const file = fileURLToPath(new URL('live-server.ts', import.meta.url))
  const loader = fileURLToPath(new URL('../../test/support/run-typescript.mjs', import.meta.url))
  const child = fork(file, [kind, redis, ...args], {
    execArgv: ['--expose-gc', '--import', loader],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const ended = once(child, 'exit')
  const early = ended.then(([code, signal]) => {
    throw new Error(`the server ${kind} ended with ${code ?? signal}`)
  })
  early.catch(() => {})
  const answer = async () => (await Promise.race([once(child, 'message'), early]))[0]
  const url = String(await answer())
  return {
    url,
    async cpu() {
      child.send('cpu')
      return Number(await answer())
    },
    async memory() {
      child.send('memory')
      return (await answer()) as Memory
    },
    publish: (text) => child.send({ publish: text }),
    async stop() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
