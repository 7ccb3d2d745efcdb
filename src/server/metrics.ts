import type { ServerResponse } from 'node:http'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { OperationRecord } from './operations/operations.ts'

/** Upper bounds in seconds: from what a small read takes to what no one waits for. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/** `/metrics` for Prometheus: this process, its operations, and whatever is added. Nothing that clients name is a label. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #operations = new Histogram({
    name: 'kairos_operation_seconds',
    help: 'How long queries and mutations took to execute, by type, and by whether there were errors.',
    labelNames: ['type', 'outcome'],
    buckets: BUCKETS,
    registers: [this.#registry],
  })

  constructor() {
    collectDefaultMetrics({ register: this.#registry })
  }

  record({ type, failed, milliseconds }: OperationRecord): void {
    this.#operations.observe({ type, outcome: failed ? 'failed' : 'ok' }, milliseconds / 1000)
  }

  /** Adds a number that is looked up whenever it is asked for. */
  gauge(name: `kairos_${string}`, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read())
      },
    })
  }

  /** Adds a number that only grows, and is looked up whenever it is asked for. */
  counter(name: `kairos_${string}_total`, help: string, read: () => number): void {
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

  /** Adds such a number for each value of a label, of which there are few. */
  counterBy<Label extends string>(
    label: Label,
    name: `kairos_${string}_total`,
    help: string,
    read: () => Readonly<Record<string, number>>,
  ): void {
    new Counter<Label>({
      name,
      help,
      labelNames: [label],
      registers: [this.#registry],
      collect() {
        this.reset()
        for (const [value, count] of Object.entries(read())) this.labels(value).inc(count)
      },
    })
  }

  async answer(response: ServerResponse): Promise<void> {
    const text = await this.#registry.metrics()
    response
      .writeHead(200, { 'content-type': this.#registry.contentType, 'cache-control': 'no-store' })
      .end(text)
  }
}
