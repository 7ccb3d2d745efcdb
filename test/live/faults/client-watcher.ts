import { type Connection, connect, type SeriesState, type SeriesWatch } from '../../../src/client/node.ts'
import type { Random } from './random.ts'
import type { Run, Selection } from './series.ts'
import type { Watched, Watcher } from './world.ts'

/** Milliseconds: the longest pause between two attempts, the contract's two seconds, and a machine that has other things to do. */
const WITHIN = 10_000 + 2000 + 3000

type Columns = { readonly count: 'COUNT'; readonly sum: 'SUM' }

/** A front end with `kairos/client`, which is left to itself. */
export class ClientWatcher implements Watcher {
  readonly name: string
  readonly views: readonly Watched[]
  random: Random
  readonly #connection: Connection

  constructor({ name, url, random, selections }: ClientWatcherOptions) {
    this.name = `${name} with kairos/client`
    this.random = random
    this.#connection = connect({ url: `${url}/graphql` })
    this.views = selections.map((selection) => {
      const { names, turn: _, growing: __, ...rest } = selection
      const watch = this.#connection.watchSeries({
        ...rest,
        name: names.length === 1 ? (names[0] ?? '') : names,
        columns: { count: 'COUNT', sum: 'SUM' },
      })
      return {
        selection,
        url,
        within: WITHIN,
        difference: (fresh: Run) => difference(watch.state, fresh),
        describe: () => this.#describe(watch, selection),
      }
    })
  }

  act(): void {}

  attend(): void {}

  stop(): void {
    this.#connection.close()
  }

  #describe({ state }: SeriesWatch<Columns>, { names, interval }: Selection): string {
    const { live, asOf, error } = state
    const connection = JSON.stringify(this.#connection.state)
    return `${this.name}, ${names.join(' with ')}, ${interval}: connection ${connection}, live ${live}, as of ${asOf}, ${error}`
  }
}

export interface ClientWatcherOptions {
  readonly name: string
  readonly url: string
  readonly random: Random
  readonly selections: readonly Selection[]
}

function difference(
  { live, end, timestamps, columns }: SeriesState<Columns>,
  fresh: Run,
): string | undefined {
  if (!live) return 'it is not live'
  const held = {
    end,
    buckets: timestamps.map((timestamp, i) => ({ timestamp, sum: columns.sum[i] ?? null })),
  }
  const there = { end: fresh.end, buckets: fresh.buckets.map(({ timestamp, sum }) => ({ timestamp, sum })) }
  const [a, b] = [JSON.stringify(held), JSON.stringify(there)]
  return a === b ? undefined : `held ${a}\nfresh ${b}`
}
