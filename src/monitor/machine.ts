import { readFileSync } from 'node:fs'
import { cpus, freemem, totalmem } from 'node:os'

/** What all cores did since the machine started, in milliseconds. */
export interface CpuTimes {
  readonly idle: number
  readonly total: number
}

export function cpuTimes(): CpuTimes {
  const times = cpus().map((cpu) => cpu.times)
  return {
    idle: times.reduce((sum, { idle }) => sum + idle, 0),
    total: times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0),
  }
}

/** Percent of the time between two readings in which the cores were busy; undefined where no time has passed. */
export function busyShare(before: CpuTimes, after: CpuTimes): number | undefined {
  const total = after.total - before.total
  return total > 0 ? 100 * Math.min(1, Math.max(0, 1 - (after.idle - before.idle) / total)) : undefined
}

/** Percent of the memory that programs could not have now. */
export function memoryShare(): number {
  return 100 * (1 - availableMemory() / totalmem())
}

/** Bytes. Linux counts what it would give back, such as its file cache, as available; `freemem` does not everywhere. */
function availableMemory(): number {
  if (process.platform !== 'linux') return freemem()
  try {
    const [, kibibytes] = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8')) ?? []
    return kibibytes === undefined ? freemem() : Number(kibibytes) * 1024
  } catch {
    return freemem()
  }
}
