// A thousand concurrent single inserts, as a thousand requests make them, against as many promises of plain commands.
import { type LayoutName, Timeseries } from '../src/index.ts'
import { type Case, compare } from './support/compare.ts'
import { withRedis } from './support/with-redis.ts'

const INSERTS = 1000
const ROUNDS = 60
const steps = { minute: 60, hour: 3600, day: 86_400 }
const intervals = {
  minute: { step: steps.minute, steps: 1440 },
  hour: { step: steps.hour, steps: 720 },
  day: { step: steps.day, steps: 365 },
}

await withRedis(async (redis) => {
  const names = Array.from({ length: INSERTS }, (_, i) => `requests.host-${i % 100}`)

  const plain = (commands: string, insert: (name: string, now: number) => Promise<unknown>): Case => ({
    name: commands,
    amount: INSERTS,
    run: () => Promise.all(names.map((name) => insert(name, Date.now() / 1000))),
  })
  const key = (name: string, interval: string, step: number, now: number) =>
    `plain:${name}:${interval}:${Math.floor(now / step)}`
  const one = plain('INCRBY, one interval alone', (name, now) =>
    redis.incrby(key(name, 'minute', 60, now), 1),
  )
  const all = plain('INCRBY and EXPIRE, three intervals', (name, now) =>
    Promise.all(
      Object.entries(steps).flatMap(([interval, step]) => {
        const place = key(name, interval, step, now)
        return [redis.incrby(place, 1), redis.expire(place, step * 1440)]
      }),
    ),
  )
  let id = 0
  const ours = (layout: LayoutName, withId: boolean): Case => {
    const timeseries = new Timeseries(redis, {
      type: 'count',
      prefix: `${layout}${withId}`,
      layout,
      intervals,
    })
    return {
      name: `insert, layout ${layout}${withId ? ', each with an id' : ''}`,
      amount: INSERTS,
      run: () =>
        Promise.all(names.map((name) => timeseries.insert(name, 1, withId ? { id: `request-${id++}` } : {}))),
    }
  }
  await compare(
    `${INSERTS} concurrent single inserts`,
    [all, one, ours('packed', false), ours('kairos', false), ours('packed', true)],
    ROUNDS,
  )
})
