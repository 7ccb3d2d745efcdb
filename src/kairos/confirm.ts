import type { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Client, mastersOf } from './cluster.ts'
import { KairosError } from './errors.ts'
import { rethrow } from './redis-errors.ts'

/** Milliseconds that a replica has to say that it has what was written. Nothing else passes over the connection meanwhile. */
const PATIENCE = 500

/** By connection, those who ask in one turn of the event loop: one answer is for all of them. */
const asking = new WeakMap<Socket, Promise<boolean>>()

/**
 * Resolves when a replica has all that was done over this connection of the client, and what it found there. Throws
 * STORE_UNAVAILABLE where none says so in time, or the connection is gone.
 */
export async function confirm(client: Client, connection: Socket | undefined): Promise<void> {
  if (connection && (await hasReplica(client, connection).catch(rethrow))) return
  throw new KairosError(
    'STORE_UNAVAILABLE',
    'no replica of Redis has confirmed it in time: it may have been written, and may be lost; repeat it with the same id',
  )
}

function hasReplica(client: Client, connection: Socket): Promise<boolean> {
  const known = asking.get(connection)
  if (known) return known
  const answer = nextTurn().then(async () => {
    asking.delete(connection)
    // Over another connection, Redis would answer for what was done over that one.
    const server = mastersOf(client).find(({ stream }) => stream === connection)
    return server !== undefined && (await server.wait(1, PATIENCE)) > 0
  })
  asking.set(connection, answer)
  return answer
}
