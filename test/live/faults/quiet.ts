import { setTimeout as wait } from 'node:timers/promises'
import { queryOf, type Run, type Selection } from './series.ts'
import type { Watched, Watcher } from './world.ts'

/** Milliseconds between two looks. */
const LOOK = 150

interface Pending {
  readonly view: Watched
  /** where the window ended whenever what is held was equal */
  readonly ends: Set<number>
  /** what differed at the last look */
  different?: string | undefined
}

/** What became of a quiet spell. */
export interface Outcome {
  /** milliseconds until every watcher had been seen to hold what a fresh query gave */
  readonly took: number
  /** those that did not in time */
  readonly late: readonly string[]
}

/**
 * While nobody writes: resolves when every watcher was seen to hold what a fresh query gives, those of windows that move
 * every second once more after they have moved; at the latest when their time is over.
 */
export async function settle(watchers: readonly Watcher[]): Promise<Outcome> {
  const began = performance.now()
  const elapsed = () => Math.round(performance.now() - began)
  let took: number | undefined
  let pending = watchers.flatMap(({ views }) => views.map((view): Pending => ({ view, ends: new Set() })))
  for (;;) {
    const late = pending.filter(({ view }) => elapsed() > view.within)
    await look(pending)
    if (pending.every(({ ends }) => ends.size > 0)) took ??= elapsed()
    pending = pending.filter(({ view, ends }) => ends.size < (view.selection.turn === 1 ? 2 : 1))
    const over = late.filter((each) => pending.includes(each))
    if (pending.length === 0 || over.length > 0)
      return { took: took ?? elapsed(), late: over.map((each) => describe(each, elapsed())) }
    await wait(LOOK)
  }
}

/** Compares each with one fresh query for all that ask the same. */
async function look(pending: readonly Pending[]): Promise<void> {
  const asked = new Map<string, Promise<Run | string>>()
  const compare = async ({ view, ends }: Pending): Promise<string | undefined> => {
    const { url, selection } = view
    const key = `${url} ${JSON.stringify(selection)}`
    const asking = asked.get(key) ?? ask(url, selection)
    asked.set(key, asking)
    const fresh = await asking
    if (typeof fresh === 'string') return `a fresh query fails: ${fresh}`
    const different = view.difference(fresh)
    if (different === undefined) ends.add(fresh.end)
    return different
  }
  await Promise.all(
    pending.map(async (each) => {
      each.different = await compare(each)
    }),
  )
}

function describe({ view, different }: Pending, after: number): string {
  const how = different ?? 'it is, but was not again when the window had moved'
  return `it is not current after ${after} ms: ${view.describe()}\n${how}`
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
