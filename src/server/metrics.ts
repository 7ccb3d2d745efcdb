import type { ServerResponse } from 'node:http'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

type Name = `kairos_${string}`

/** `/metrics` for Prometheus: this process, and whatever is added. Nothing that clients name is a label. */
export class Metrics {
  readonly #registry = new Registry()

  constructor() {
    collectDefaultMetrics({ register: this.#registry })
  }

  /** Adds a number that is looked up whenever it is asked for. */
  gauge(name: Name, help: string, read: () => number | Promise<number>): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      async collect() {
        this.set(await read())
      },
    })
  }

  /** Adds such a number for each value of a label, of which there are few. */
  gaugeBy<Label extends string>(
    label: Label,
    name: Name,
    help: string,
    read: () => Readonly<Record<string, number>>,
  ): void {
    new Gauge<Label>({
      name,
      help,
      labelNames: [label],
      registers: [this.#registry],
      collect() {
        for (const [value, number] of Object.entries(read())) this.labels(value).set(number)
      },
    })
  }

  /** Adds a number that only grows, and is looked up whenever it is asked for. */
  counter(name: `${Name}_total`, help: string, read: () => number): void {
    new Counter({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.reset()
        this.inc(read())
      },
    })
  }

  /** Adds such numbers, one for each combination of values of the labels, of which there are few. */
  counterBy(
    labelNames: readonly string[],
    name: `${Name}_total`,
    help: string,
    read: () => Iterable<readonly [...values: string[], count: number]>,
  ): void {
    new Counter({
      name,
      help,
      labelNames,
      registers: [this.#registry],
      collect() {
        this.reset()
        for (const row of read()) {
          const values = row.slice(0, -1).map(String)
          this.labels(...values).inc(Number(row.at(-1)))
        }
      },
    })
  }

  /** Adds a distribution; what is given takes a measurement, and its labels, in their order. `bounds` are upper ones, ascending. */
  histogram(
    name: Name,
    help: string,
    bounds: readonly number[],
    labelNames: readonly string[] = [],
  ): (value: number, ...labels: string[]) => void {
    const histogram = new Histogram({
      name,
      help,
      labelNames,
      buckets: [...bounds],
      registers: [this.#registry],
    })
    return (value, ...labels) => histogram.labels(...labels).observe(value)
  }

  async answer(response: ServerResponse): Promise<void> {
    const text = await this.#registry.metrics()
    response
      .writeHead(200, { 'content-type': this.#registry.contentType, 'cache-control': 'no-store' })
      .end(text)
  }
}

/** Upper bounds in seconds: from what a small read takes to what no one waits for. */
export const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Upper bounds of how many there are of something. */
export const SIZES = [1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000]
