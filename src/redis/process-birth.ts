import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/**
 * A short name of the moment when process `pid` was started, or undefined where no such process lives. A pid alone
 * says little, for the system gives it to another process later; with the birth it names one process for ever.
 */
export async function processBirth(pid: number): Promise<string | undefined> {
  const moment = process.platform === 'linux' ? await fromProc(pid) : await fromPs(pid)
  return moment === undefined ? undefined : createHash('sha256').update(moment).digest('hex').slice(0, 12)
}

/** Field 3 of proc(5)'s `stat` is the state, field 22 the start in ticks since boot; field 2 may hold spaces. */
async function fromProc(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    const isDead = fields[0] === 'Z' || fields[0] === 'X'
    return isDead ? undefined : `${boot.trim()} ${fields[19]}`
  } catch {
    return undefined
  }
}

async function fromPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)])
    return stdout.trim() || undefined
  } catch {
    return undefined
  }
}
