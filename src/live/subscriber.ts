import type { Redis } from 'ioredis'

/** Milliseconds for which one attempt to connect may take: a Redis that is paused accepts, and says nothing. */
const ATTEMPT = 1000
/** Milliseconds between two attempts, so that little time is lost once Redis is back. */
const PAUSE = 250

/**
 * A connection of its own to the same Redis, to subscribe over; nothing is sent before `connect`. It is tried again for ever,
 * forgets its subscriptions when it is lost, and is ready while Redis still loads its data, unless Sentinels know where that is. Its commands wait as long as
 * the connection lasts.
 */
export function subscriberTo(redis: Redis): Redis {
  // Of Sentinels one may take a replica for the master.
  return patient(redis.duplicate({ ...options, enableReadyCheck: isFoundBySentinels(redis) }))
}

/** The same to another server of a Cluster. */
export function subscriberAt(
  node: Redis,
  { host, port }: { readonly host: string; readonly port: number },
): Redis {
  return patient(node.duplicate({ ...options, host, port, enableOfflineQueue: false, readOnly: false }))
}

const options = {
  lazyConnect: true,
  autoResubscribe: false,
  enableReadyCheck: false,
  connectTimeout: ATTEMPT,
  commandTimeout: undefined,
  socketTimeout: undefined,
  retryStrategy: () => PAUSE,
}

function patient(subscriber: Redis): Redis {
  let handshake: NodeJS.Timeout | undefined
  subscriber.on('connect', () => {
    handshake = setTimeout(() => subscriber.disconnect(true), ATTEMPT)
  })
  for (const event of ['ready', 'close']) subscriber.on(event, () => clearTimeout(handshake))
  return subscriber
}

function isFoundBySentinels({ options }: Redis): boolean {
  return 'sentinels' in options && Array.isArray(options.sentinels)
}
