import { setTimeout as wait } from 'node:timers/promises'

/** Milliseconds after which something that was to happen has failed. */
const PATIENCE = 20_000

/** Acts so many times a second for `seconds`, whether what was begun before is done or not; resolves when all is. */
export async function atPace(
  aSecond: number,
  seconds: number,
  act: (count: number) => Promise<unknown>,
): Promise<void> {
  const begun = performance.now()
  const acts: Promise<unknown>[] = []
  for (let count = 0; count < aSecond * seconds; count += 1) {
    await wait(Math.max(0, begun + (count * 1000) / aSecond - performance.now()))
    acts.push(act(count))
  }
  await Promise.all(acts)
}

/** Acts so many times a second for `seconds`, or less often where it takes longer; resolves with how often it did. */
export async function oneByOne(
  aSecond: number,
  seconds: number,
  act: () => Promise<unknown>,
): Promise<number> {
  const begun = performance.now()
  for (let count = 0; ; count += 1) {
    const due = begun + (count * 1000) / aSecond
    if (Math.max(due, performance.now()) >= begun + seconds * 1000) return count
    await wait(Math.max(0, due - performance.now()))
    await act()
  }
}

/** Looks again and again until it is so. Throws where it takes too long. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE
  while (!holds()) {
    if (performance.now() > end) throw new Error(`it does not come about that ${what}`)
    await wait(2)
  }
}

/** Acts until what it brings about reaches so many, since not every server says when it has begun to listen. */
export async function untilReached(
  count: number,
  deliveries: () => number,
  act: () => Promise<unknown>,
): Promise<void> {
  for (let reached = 0; reached < count; ) {
    await settled(deliveries)
    const before = deliveries()
    await act()
    await settled(deliveries)
    reached = deliveries() - before
  }
}

/** Resolves when the number has been the same for a quarter of a second. */
async function settled(number: () => number): Promise<void> {
  for (let before = Number.NaN; before !== number(); await wait(250)) before = number()
}
