import { lookup } from 'node:dns/promises'
import { Redis } from 'ioredis'

interface Followed {
  /** each tells by itself; one that is gone is tried again for ever */
  readonly sentinels: readonly { readonly host: string; readonly port: number }[]
  /** what they call it */
  readonly master: string
  readonly tls: boolean
  /** what they are told that the connections are called */
  readonly connectionName: string
  /** milliseconds until the next attempt to connect */
  readonly pause: (attempt: number) => number
}

const CHANNEL = '+switch-master'

/** Milliseconds without a word from the master while it is connected to: a Sentinel may name one that hangs. One that loads its data says so. */
const HANDSHAKE = 1000

/**
 * Has `redis` connect anew as soon as a Sentinel says that another server is the master, until it ends. The old one may hang,
 * and then its connection would be given up after many seconds only.
 */
export function followMaster(redis: Redis, followed: Followed): void {
  const { sentinels, master, tls, connectionName, pause } = followed
  const clients = sentinels.map(({ host, port }) => {
    const sentinel = new Redis({
      host,
      port,
      connectionName,
      ...(tls && { tls: {} }),
      retryStrategy: pause,
      maxRetriesPerRequest: null,
      enableReadyCheck: false,
    })
    sentinel.on('error', () => {}) // the others tell
    sentinel.on('message', async (_, text) => {
      const [name, _oldHost, _oldPort, host = '', port] = text.split(' ')
      if (name === master && !(await leadsTo(redis, host, Number(port)))) giveUp(redis)
    })
    sentinel.subscribe(CHANNEL).catch(() => {}) // it has ended
    return sentinel
  })
  let handshake: NodeJS.Timeout | undefined
  redis.on('connect', () => {
    let heard = 0
    handshake = setInterval(() => {
      const { bytesRead } = redis.stream
      if (bytesRead === heard) giveUp(redis)
      heard = bytesRead
    }, HANDSHAKE)
  })
  for (const event of ['ready', 'close']) redis.on(event, () => clearInterval(handshake))
  redis.once('end', () => {
    for (const sentinel of clients) sentinel.disconnect()
  })
}

/** Whether the connection is to that server; Sentinels name it by its address, or by its host. */
async function leadsTo(redis: Redis, host: string, port: number): Promise<boolean> {
  const addresses = await lookup(host, { all: true }).catch(() => [])
  // There is no stream until a master was found for the first time.
  const { stream }: { readonly stream?: Redis['stream'] } = redis
  const remote = withoutMapping(stream?.remoteAddress ?? '')
  return stream?.remotePort === port && addresses.some(({ address }) => withoutMapping(address) === remote)
}

/** An IPv4 address that is written as one of IPv6, as it is. */
function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}

/** Where it is still being looked for, it would never be tried again. */
function giveUp(redis: Redis): void {
  if (redis.status === 'connect' || redis.status === 'ready') redis.disconnect(true)
}
