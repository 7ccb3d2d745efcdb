import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { createInterface } from 'node:readline'

/** A process that cannot outlive this one. */
export interface Leashed {
  readonly pid: number
  /** Settles when the process has ended and its output has been read; says how it ended. Never rejects. */
  readonly ended: Promise<string>
  /** Ends the process: SIGTERM, and SIGKILL where that has not helped within the grace. Harmless when repeated. */
  release(): void
}

export interface LeashOptions {
  readonly cwd: string
  /** Seconds between SIGTERM and SIGKILL, default 10. */
  readonly grace?: number
  /** Gets each line of stdout and stderr. */
  readonly onLine: (line: string) => void
}

/**
 * The leash is a pipe: only its owner has the end for writing, and the guard sees end-of-file when the owner lets go
 * or dies, however it dies. Signals of a terminal or to a group do not arrive, since all of this is a session of its
 * own. The shell alone waits for the process, so its pid cannot have become a stranger's while the guard lives.
 */
const script = `
exec 2>&1
tenths=$1; shift
exec 3<&0
sh -c 'echo $$; exec "$@"' sh "$@" 3<&- &
process=$!
trap '' INT HUP TERM
(
  while read -r _; do :; done
  kill -TERM "$process"
  while [ "$tenths" -gt 0 ]; do
    sleep 0.1
    kill -0 "$process" || exit
    tenths=$((tenths - 1))
  done
  kill -KILL "$process"
) <&3 3<&- >/dev/null 2>&1 &
guard=$!
exec 3<&-
wait "$process"
status=$?
kill -KILL "$guard"
exit "$status"
`

/**
 * Starts `command` with its stdin closed.
 *
 * @throws {Error} when there is no shell to start it with, or the shell ended before the process had a pid.
 */
export async function startOnLeash(
  command: string,
  args: readonly string[],
  { cwd, grace = 10, onLine }: LeashOptions,
): Promise<Leashed> {
  const shell = spawn('sh', ['-c', script, 'leash', String(Math.ceil(grace * 10)), command, ...args], {
    cwd,
    detached: true,
    // What this process has in its environment may be secret; its children need none of it.
    env: { PATH: process.env.PATH },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  shell.stdin.on('error', () => {})
  const ended = endOf(shell)
  const output = createInterface({ input: shell.stdout })

  const pid = await new Promise<number>((resolve, reject) => {
    output.once('line', (first) => {
      output.on('line', onLine)
      resolve(Number(first))
    })
    shell.once('error', reject)
    ended.then((how) => reject(new Error(`the shell that was to start ${command} ended by ${how}`)))
  })
  return { pid, ended, release: () => shell.stdin.end() }
}

function endOf(shell: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    shell.once('exit', (status, signal) => {
      const finish = () => resolve(signal === null ? describe(status ?? 0) : `signal ${signal}`)
      // A child of the process may hold its output open for longer than it lives.
      setTimeout(finish, 500).unref()
      shell.once('close', finish)
    })
  })
}

/** A shell reports the end by a signal as 128 and its number. */
function describe(status: number): string {
  const signal = Object.entries(constants.signals).find(([, number]) => number === status - 128)
  return signal === undefined ? `exit code ${status}` : `signal ${signal[0]}`
}
