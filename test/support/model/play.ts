import { type Client, mastersOf } from '../../../src/kairos/index.ts'
import { Arguments } from './arguments.ts'
import { Clock } from './clock.ts'
import { type LayoutName, understood } from './interval.ts'
import { Pair } from './pair.ts'
import { Player } from './player.ts'
import type { Scenario } from './scenario.ts'

/** What a prefix, taken for a pattern, would match. Where a series has none, its name must not be another one's prefix. */
const otherThan = (prefix: string | undefined) => (prefix ? 'a' : 'other')
const BYSTANDER = 'bystander'
const FOREIGN_KEYS = ['a', 'foreign', 'foreign:key', 'app:foreign:key:1', 'a:b:foreign:key:1:2']

/** Does what a scenario says in an empty Redis; throws where the engine answers otherwise than the model. */
export async function play(redis: Client, layout: LayoutName, scenario: Scenario): Promise<void> {
  const { type, sort, start, operations } = scenario
  const intervals = layout === 'kairos' ? withoutWeekStart(scenario.intervals) : scenario.intervals
  const divisions = understood(intervals, layout)
  const clock = new Clock(redis, start, divisions)
  const pairOf = (prefix: string | undefined) =>
    new Pair(redis, { type, sort, prefix, intervals, layout, clock })
  const args = new Arguments(scenario, divisions, clock)
  const player = new Player(pairOf(scenario.prefix), scenario, clock, args)
  const bystander = pairOf(otherThan(scenario.prefix))

  await Promise.all(mastersOf(redis).map((each) => each.flushall()))
  await Promise.all(FOREIGN_KEYS.map((key) => redis.set(key, 'foreign')))
  await clock.waitToWrite()
  await bystander.insert(
    { name: BYSTANDER, value: args.value({ text: 'a', number: 1, whole: 1, odd: 'a' }) },
    {},
  )
  for (const operation of operations) await player.perform(operation)
  await player.lookAtAll()
  await bystander.names({})
  for (const interval of Object.keys(intervals)) await bystander.iterate(BYSTANDER, interval, {})
  const untouched = (await Promise.all(FOREIGN_KEYS.map((key) => redis.get(key)))).every(
    (value) => value === 'foreign',
  )
  if (!untouched) throw new Error('keys of others were touched')
}

function withoutWeekStart(intervals: Scenario['intervals']): Scenario['intervals'] {
  const entries = Object.entries(intervals).map(([name, { weekStart, ...options }]) => [name, options])
  return Object.fromEntries(entries)
}
