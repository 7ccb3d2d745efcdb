import { setTimeout as wait } from 'node:timers/promises'
import { KairosError, type Store } from '../../src/kairos/index.ts'
import type { Live } from '../../src/live/index.ts'

/** Inserts that go on, each with an id with which it is repeated until it is acknowledged. */
export interface Load {
  /** By name, the sum of what was acknowledged. */
  readonly acknowledged: ReadonlyMap<string, number>
  /** how often an insert was refused with STORE_UNAVAILABLE */
  readonly refusals: number
  /** Resolves when so many more inserts were acknowledged. */
  acknowledge(more: number): Promise<void>
  /** No more, and what is not acknowledged is not repeated. */
  abandon(): void
  /** No more; resolves when the last insert is acknowledged, and rejects where any other error came. */
  stop(): Promise<void>
}

/** Several at a time insert into counts, one series or several at once, and never twice alike. */
export function startLoad(store: Store, names: readonly string[], writers = 6): Load {
  const acknowledged = new Map(names.map((name) => [name, 0]))
  let [refusals, inserts, over, abandoned] = [0, 0, false, false]
  const write = async (writer: number) => {
    for (let n = 0; !over; n += 1) {
      const id = `${writer} ${n} ${performance.now()}`
      const some = names.filter((_, i) => (i + n + writer) % 3 === 0)
      const values = (some.length > 0 ? some : names).map((name, i) => ({ name, value: 1 + ((i + n) % 3) }))
      for (;;) {
        try {
          await store.insertMany(values, { id })
          break
        } catch (error) {
          if (!(error instanceof KairosError && error.code === 'STORE_UNAVAILABLE')) throw error
          if (abandoned) return
          refusals += 1
          await wait(20)
        }
      }
      inserts += 1
      for (const { name, value } of values) acknowledged.set(name, (acknowledged.get(name) ?? 0) + value)
      await wait(1)
    }
  }
  const writing = Promise.all(Array.from({ length: writers }, (_, i) => write(i)))
  writing.catch(() => {}) // `stop` tells
  return {
    acknowledged,
    get refusals() {
      return refusals
    },
    async acknowledge(more) {
      const enough = inserts + more
      while (inserts < enough) await Promise.race([wait(10), writing.then(() => wait(10))])
    },
    abandon() {
      over = true
      abandoned = true
    },
    async stop() {
      over = true
      await writing
    },
  }
}

/** What Redis holds of counts in their interval `all`, by name: the sum of their only bucket. */
export async function totals(store: Store, names: readonly string[]): Promise<Map<string, number>> {
  const sums = names.map(async (name): Promise<[string, number]> => {
    const { buckets } = await store.query(name, 'all', { steps: 1 })
    return [name, buckets[0]?.sum ?? 0]
  })
  return new Map(await Promise.all(sums))
}

/** What subscribers hold of the same, now and whenever it is asked. */
export interface Held {
  readonly sums: ReadonlyMap<string, number>
  close(): void
}

export async function hold(live: Live, store: Store, names: readonly string[]): Promise<Held> {
  const sums = new Map<string, number>()
  const watches = await Promise.all(
    names.map((name) => live.watch(store.select(name, 'all'), { steps: 1, maxRate: 60 })),
  )
  for (const [i, watch] of watches.entries()) {
    const read = async () => {
      for await (const { buckets } of { [Symbol.asyncIterator]: () => watch })
        for (const { sum } of buckets) sums.set(names[i] ?? '', sum ?? 0)
    }
    void read()
  }
  return {
    sums,
    close() {
      for (const watch of watches) watch.close()
    },
  }
}
