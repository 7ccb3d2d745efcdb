import { until } from './pace.ts'
import { quantile } from './quantile.ts'

/** When each value of one series was written, and how long it took to each who watches. */
export class Track {
  /** by value, the first at 1 */
  readonly #written: number[] = [Number.NaN]
  /** milliseconds from each write to when a watcher saw its value, or one after it */
  readonly latencies: number[] = []
  #watchers = 0
  /** the first value whose latencies count */
  #first = 1

  /** The value to write now. */
  next(): number {
    return this.#written.push(performance.now()) - 1
  }

  get last(): number {
    return this.#written.length - 1
  }

  /** What a watcher calls with each value that it sees. */
  watch(): (value: number) => void {
    let next = this.#written.length
    this.#watchers += 1
    return (value) => {
      const now = performance.now()
      for (; next <= value; next += 1) this.latencies.push(now - (this.#written[next] ?? Number.NaN))
    }
  }

  /** Resolves when every watcher has seen the last value. */
  async seen(): Promise<void> {
    const all = this.#watchers * (this.#written.length - this.#first)
    await until('everyone sees what was written', () => this.latencies.length === all)
  }

  /** Forgets what was seen so far, which warmed things up. */
  begin(): void {
    this.latencies.length = 0
    this.#first = this.#written.length
  }
}

/** The median and the 99th percentile, for a row of a table; as multiples of others, where those are given. */
export function shown(latencies: readonly number[], others?: readonly number[]): string {
  const at = (share: number) => {
    const milliseconds = quantile(latencies, share)
    const ratio = others ? ` (×${(milliseconds / quantile(others, share)).toFixed(2)})` : ''
    return `${milliseconds.toFixed(2).padStart(8)} ms${ratio}`
  }
  return `p50${at(0.5)}  p99${at(0.99)}`
}
