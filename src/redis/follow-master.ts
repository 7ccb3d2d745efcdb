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

/** Milliseconds that the master has to answer when it is connected to: a Sentinel may name one that hangs. */
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
    sentinel.on('message', (_, text) => {
      const [name, _oldHost, _oldPort, newHost, newPort] = text.split(' ')
      const { remoteAddress, remotePort } = redis.stream
      const isThere = remoteAddress === newHost && String(remotePort) === newPort
      if (name === master && !isThere) giveUp(redis)
    })
    sentinel.subscribe(CHANNEL).catch(() => {}) // it has ended
    return sentinel
  })
  let handshake: NodeJS.Timeout | undefined
  redis.on('connect', () => {
    handshake = setTimeout(() => giveUp(redis), HANDSHAKE)
  })
  for (const event of ['ready', 'close']) redis.on(event, () => clearTimeout(handshake))
  redis.once('end', () => {
    for (const sentinel of clients) sentinel.disconnect()
  })
}

/** Where it is still being looked for, it would never be tried again. */
function giveUp(redis: Redis): void {
  if (redis.status === 'connect' || redis.status === 'ready') redis.disconnect(true)
}
