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

/** Starts `http-server.ts` or `live-server.ts`, beside this file. Throws where it ends before it serves. */
export async function startServer(
  file: 'http-server' | 'live-server',
  ...args: readonly string[]
): Promise<ServerProcess> {
  const loader = fileURLToPath(new URL('../../test/support/run-typescript.mjs', import.meta.url))
  const child = fork(fileURLToPath(new URL(`${file}.ts`, import.meta.url)), args, {
    execArgv: ['--expose-gc', '--import', loader],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const ended = once(child, 'exit')
  const early = ended.then(([code, signal]) => {
    throw new Error(`${file} ${args[0]} ended with ${code ?? signal}`)
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
