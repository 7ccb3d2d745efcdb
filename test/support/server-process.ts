import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** `kairos serve` as a process of its own; it ends with this one at the latest. */
export interface ServerProcess {
  /** all that it has written, to either */
  readonly output: string
  readonly pid: number | undefined
  kill(signal: NodeJS.Signals): void
  /** Resolves with the first group of the pattern, or all that matched, as soon as the output holds it. Throws when the process ends first. */
  says(pattern: RegExp): Promise<string>
  /** how it ended */
  readonly ended: Promise<number | NodeJS.Signals>
}

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** `env` is beside the one of this process. */
export async function startServerProcess(
  flags: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<ServerProcess> {
  const cwd = await mkdtemp(join(tmpdir(), 'kairos-test-'))
  const loader = source('run-typescript.mjs')
  const args = ['--import', loader, source('../../src/bin.ts'), 'serve', ...flags]
  const remove = () => rm(cwd, { recursive: true, force: true })
  return startProcess(process.execPath, args, { cwd, env: { ...process.env, ...env } }, remove)
}

interface ProcessOptions {
  readonly cwd: string
  /** all that it has */
  readonly env: NodeJS.ProcessEnv
  readonly uid?: number
  /** a group of its own, which gets the signals, as from a terminal */
  readonly detached?: boolean
}

/** The same for a server that is started otherwise. `cleanUp` is done when it has ended. */
export function startProcess(
  command: string,
  args: readonly string[],
  options: ProcessOptions,
  cleanUp = async () => {},
): ServerProcess {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  const kill = (signal: NodeJS.Signals) => {
    if (!options.detached || child.pid === undefined) return void child.kill(signal)
    try {
      process.kill(-child.pid, signal)
    } catch {} // none of them lives
  }
  const killIt = () => kill('SIGKILL')
  process.once('exit', killIt)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text
      child.emit('output')
    })
  }
  let isOver = false
  const ended = once(child, 'close').then(async ([code, signal]) => {
    isOver = true
    process.off('exit', killIt)
    await cleanUp()
    return code ?? signal
  })
  return {
    get output() {
      return output
    },
    pid: child.pid,
    kill,
    async says(pattern) {
      for (;;) {
        const found = pattern.exec(output)
        if (found) return found[1] ?? found[0]
        if (isOver) throw new Error(`it ended without ${pattern}: ${output}`)
        await Promise.race([once(child, 'output'), ended])
      }
    },
    ended,
  }
}
