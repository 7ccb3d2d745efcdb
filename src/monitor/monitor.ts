import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { type Insert, KairosError, type Store } from '../kairos/index.ts'
import type { Log } from '../log.ts'
import { busyShare, cpuTimes, memoryShare } from './machine.ts'
import { OperationTally, type TalliedOperation } from './operation-tally.ts'

export interface MonitorOptions {
  readonly store: Store
  readonly log: Log
}

/** Milliseconds between two samples of the event loop's delay. */
const RESOLUTION = 10
/** Milliseconds that the last write may take. */
const PATIENCE = 1000

/**
 * Records this machine and this process once a second through the ordinary insert path. What cannot be written is
 * dropped: a measurement is not worth memory.
 */
export class Monitor {
  readonly #store: Store
  readonly #log: Log
  readonly #tally = new OperationTally()
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION })
  #timer: NodeJS.Timeout | undefined
  /** the write that is under way */
  #writing: Promise<void> | undefined
  #machine = cpuTimes()
  #process = process.cpuUsage()
  #since = performance.now()
  #failing = false

  /** Begins at once; `close` ends it. */
  constructor({ store, log }: MonitorOptions) {
    this.#store = store
    this.#log = log
    this.#delay.enable()
    this.#schedule()
  }

  /** To be called for each query and mutation that was executed. */
  recordOperation(operation: TalliedOperation): void {
    this.#tally.record(operation)
  }

  /** Writes what is left, where that can be done soon, and ends. */
  async close(): Promise<void> {
    clearTimeout(this.#timer)
    this.#delay.disable()
    const written = Promise.resolve(this.#writing).then(() => this.#write(() => this.#tally.take()))
    await Promise.race([written, wait(PATIENCE, undefined, { ref: false })])
  }

  /** Early in each second of the clock, so that every second has one sample whatever the timer's drift. */
  #schedule(): void {
    this.#timer = setTimeout(
      () => {
        this.#schedule()
        this.#tick()
      },
      1000 - (Date.now() % 1000) + 1,
    )
    this.#timer.unref()
  }

  /** Left out while the last one is still being written: where Redis hangs, nothing must queue. */
  #tick(): void {
    this.#writing ??= this.#write(() => [...this.#sample(), ...this.#tally.take()]).finally(() => {
      this.#writing = undefined
    })
  }

  #sample(): Insert[] {
    const machine = cpuTimes()
    const { user, system } = process.cpuUsage(this.#process)
    const elapsed = performance.now() - this.#since
    const busy = busyShare(this.#machine, machine)
    const delay = Math.max(0, this.#delay.max / 1e6 - RESOLUTION)
    this.#machine = machine
    this.#process = process.cpuUsage()
    this.#since = performance.now()
    this.#delay.reset()
    return [
      ...(busy === undefined ? [] : [{ name: 'monitor.machine.cpu', value: busy }]),
      { name: 'monitor.machine.memory', value: memoryShare() },
      { name: 'monitor.process.cpu', value: (100 * (user + system)) / 1000 / elapsed },
      { name: 'monitor.process.memory', value: process.memoryUsage.rss() / 1e6 },
      { name: 'monitor.process.event-loop-delay', value: delay },
    ]
  }

  /** Never rejects: where Redis or the system refuses, as when too many files are open, the log is told once. */
  async #write(measure: () => readonly Insert[]): Promise<void> {
    try {
      await this.#store.insertMany(measure())
      this.#failing = false
    } catch (error) {
      const expected =
        error instanceof KairosError
          ? error.code === 'STORE_UNAVAILABLE'
          : Object(error).syscall !== undefined
      if (!this.#failing) {
        this.#log[expected ? 'warn' : 'error'](
          `the server's own series are not recorded: ${error instanceof Error ? error.message : error}`,
        )
      }
      this.#failing = true
    }
  }
}
