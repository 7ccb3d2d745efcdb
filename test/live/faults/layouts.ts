import { databaseFaults, networkFaults, redisFaults, serverFaults, settingsFaults } from './faults.ts'
import { Random } from './random.ts'
import { LARGE, LAYOUTS, randomSelection, settings, WITNESSED } from './series.ts'
import { type Home, Subscriber } from './subscriber.ts'
import { insist, type Kairos, OneRedis, Servers, type Shared, type World } from './world.ts'
import { Writers } from './writers.ts'

/** Of each server. */
const SUBSCRIBERS = 4

/** One Redis, and over it a server for each layout; everybody writes, past the servers too. */
export async function startLayouts(seed: number, shared: Shared): Promise<World> {
  const one = await OneRedis.start(LAYOUTS.length)
  const plans = LAYOUTS.map((layout, i) => {
    const redis = one.addresses[i] ?? ''
    return { name: layout, layout, redis, settings: settings(layout), onViolation: shared.onViolation }
  })
  const servers = await Servers.start(plans).catch(async (error) => {
    await one.stop()
    throw error
  })
  return {
    servers,
    watchers: servers.all.flatMap((server) =>
      subscribersOf(server, { home: homeOf(server, one), seed, shared }),
    ),
    faults: [
      ...redisFaults(one),
      ...databaseFaults(one),
      ...settingsFaults(one),
      ...networkFaults(one),
      ...serverFaults(servers),
    ],
    write: (seed) => new Writers({ servers: servers.all, redis: one.redis.port, seed, ...shared }),
    async whole() {
      await insist(() => one.admin.ping())
      await servers.whole()
    },
    async stop() {
      await servers.stop()
      await one.stop()
    },
  }
}

function homeOf(server: Kairos, one: OneRedis): Home {
  return {
    get url() {
      return server.url
    },
    get ends() {
      return server.ends
    },
    get flushes() {
      return one.flushes
    },
  }
}

interface Surroundings {
  readonly home: Home
  readonly seed: number
  readonly shared: Shared
}

/** One watches what is only ever added to, and one what is large; both and the others whatever else there is. */
function subscribersOf({ layout }: Kairos, { home, seed, shared }: Surroundings): Subscriber[] {
  return Array.from({ length: SUBSCRIBERS }, (_, i) => {
    const random = new Random(seed, layout, i)
    const others = Array.from({ length: random.whole(1, 3) }, () => randomSelection(random))
    const selections = [...(i === 0 ? [WITNESSED] : i === 1 ? [LARGE] : []), ...others]
    return new Subscriber({ ...shared, name: `${layout} ${i}`, home, random, selections })
  })
}
