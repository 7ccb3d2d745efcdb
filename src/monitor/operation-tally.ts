import type { Insert } from '../kairos/index.ts'

/** One query or mutation that was executed. */
export interface TalliedOperation {
  /** as the client named it; null where it did not */
  readonly name: string | null
  readonly milliseconds: number
}

/** Of one batch: names come from clients, who may send as many and as long ones as they like. */
const MOST_NAMES = 100
const LONGEST_NAME = 64
/** Of one batch; what comes after is counted, but its latency is not kept. */
const MOST_LATENCIES = 5000

/** The operations since the last `take`. */
export class OperationTally {
  #count = 0
  #latencies: number[] = []
  #names = new Set<string>()

  record({ name, milliseconds }: TalliedOperation): void {
    this.#count += 1
    if (this.#latencies.length < MOST_LATENCIES) this.#latencies.push(milliseconds)
    if (this.#names.size < MOST_NAMES)
      this.#names.add(name === null ? 'anonymous' : name.slice(0, LONGEST_NAME))
  }

  /** What to insert for them. */
  take(): Insert[] {
    const inserts: Insert[] = [
      { name: 'monitor.graphql.requests', value: this.#count },
      ...this.#latencies.map((value) => ({ name: 'monitor.graphql.latency', value })),
      ...[...this.#names].map((value) => ({ name: 'monitor.graphql.operations', value })),
    ]
    this.#count = 0
    this.#latencies = []
    this.#names = new Set()
    return inserts
  }
}
