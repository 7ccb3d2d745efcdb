import { setTimeout as wait } from 'node:timers/promises'
import { difference } from './held.ts'
import { queryOf, type Run, type Selection } from './series.ts'
import { historyOf, type Subscriber, type View } from './subscriber.ts'

/** Milliseconds after which whatever changed unheard must be known: the contract's two seconds. */
const CONTRACT = 2000
/** Milliseconds more, for subscribers that connect again, and for a machine that has other things to do. */
const ALLOWANCE = 3000
/** Milliseconds between two looks. */
const LOOK = 150

interface Pending {
  readonly subscriber: Subscriber
  readonly view: View
  /** where the window ended whenever what is held was equal */
  readonly ends: Set<number>
  /** what differed at the last look */
  different?: string | undefined
}

/** What became of a quiet spell. */
export interface Outcome {
  /** milliseconds until every subscriber had been seen to hold what a fresh query gave */
  readonly took: number
  /** those that did not in time */
  readonly late: readonly string[]
}

/**
 * While nobody writes: resolves when every subscriber was seen to hold what a fresh query gives, those of windows that move
 * every second once more after they have moved; at the latest when their time is over.
 */
export async function settle(subscribers: readonly Subscriber[]): Promise<Outcome> {
  const began = performance.now()
  const elapsed = () => Math.round(performance.now() - began)
  let took: number | undefined
  let pending = subscribers.flatMap((subscriber) =>
    subscriber.views.map((view): Pending => ({ subscriber, view, ends: new Set() })),
  )
  for (;;) {
    const over = elapsed() > CONTRACT + ALLOWANCE
    await look(pending)
    if (pending.every(({ ends }) => ends.size > 0)) took ??= elapsed()
    pending = pending.filter(({ view, ends }) => ends.size < (view.selection.turn === 1 ? 2 : 1))
    if (pending.length === 0 || over)
      return { took: took ?? elapsed(), late: pending.map((each) => describe(each, elapsed())) }
    await wait(LOOK)
  }
}

/** Compares each with one fresh query for all that ask the same. */
async function look(pending: readonly Pending[]): Promise<void> {
  const asked = new Map<string, Promise<Run | string>>()
  const compare = async (each: Pending): Promise<string | undefined> => {
    const { selection, held, current } = each.view
    const { url } = each.subscriber.home
    const key = `${url} ${JSON.stringify(selection)}`
    const asking = asked.get(key) ?? ask(url, selection)
    asked.set(key, asking)
    const fresh = await asking
    if (typeof fresh === 'string') return `a fresh query fails: ${fresh}`
    if (!current) return 'it was told nothing since it connected'
    const different = difference(held.run, fresh)
    if (different === undefined) each.ends.add(fresh.end)
    return different
  }
  await Promise.all(
    pending.map(async (each) => {
      each.different = await compare(each)
    }),
  )
}

function describe({ subscriber, view, different }: Pending, after: number): string {
  const how = different ?? 'it is, but was not again when the window had moved'
  return `${subscriber.describe(view)}: it is not current after ${after} ms\n${how}\n${historyOf(view)}`
}

async function ask(url: string, selection: Selection): Promise<Run | string> {
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(queryOf(selection)),
      signal: AbortSignal.timeout(2000),
    })
    const { data, errors } = await response.json()
    return errors ? JSON.stringify(errors) : data.run
  } catch (error) {
    return String(error)
  }
}
