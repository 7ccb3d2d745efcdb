import type { Cluster, Redis } from 'ioredis'
import { KairosError } from './errors.ts'

/** A Redis, or a Redis Cluster, by a client that its caller owns. */
export type Client = Redis | Cluster

export function isCluster(client: Client): client is Cluster {
  return client.isCluster
}

/** The servers that may hold keys and to which there is a connection: of a Cluster those that are masters at present. */
export function mastersOf(client: Client): readonly Redis[] {
  return isCluster(client) ? client.nodes('master') : [client]
}

/** Every server that holds keys. Throws STORE_UNAVAILABLE where there is no connection to the master of some slot. */
export function allMastersOf(client: Client): readonly Redis[] {
  if (!isCluster(client)) return [client]
  const addresses = new Set(Array.from({ length: SLOTS }, (_, slot) => client.slots[slot]?.[0]))
  return [...addresses].map((address) => {
    const master = masterAt(client, address)
    if (!master) throw new KairosError('STORE_UNAVAILABLE', 'a master of the Redis Cluster cannot be reached')
    return master
  })
}

/** The master that answers for a key, as far as the client knows. */
export function masterOf(client: Client, key: string): Redis | undefined {
  return isCluster(client) ? masterAt(client, client.slots[slotOf(key)]?.[0]) : client
}

function masterAt(cluster: Cluster, address: string | undefined): Redis | undefined {
  return cluster.nodes('master').find(({ options: { host, port } }) => `${host}:${port}` === address)
}

/** Whether a Cluster moves slots from one master to another at present. */
export async function movesSlots(client: Client): Promise<boolean> {
  if (!isCluster(client)) return false
  // Each node tells of its own alone, in brackets: those that leave, `[slot->-id]`, and those that come, `[slot-<-id]`.
  const views = await Promise.all(client.nodes('master').map((master) => master.cluster('NODES')))
  return views.some((view) => /\[\d+-[<>]-/.test(String(view)))
}

const SLOTS = 16_384

/** The slot of Redis Cluster in which a key lies: that of what stands between its first braces, if anything does. */
export function slotOf(key: string): number {
  const from = key.indexOf('{') + 1
  const to = from === 0 ? -1 : key.indexOf('}', from)
  return crc16(Buffer.from(to > from ? key.slice(from, to) : key)) % SLOTS
}

/** By slot, those whose keys lie in it, in their order; all of them in slot 0 where there is no Cluster. */
export function bySlot<T>(client: Client, all: Iterable<T>, keyOf: (each: T) => string): Map<number, T[]> {
  const slots = new Map<number, T[]>()
  for (const each of all) {
    const slot = isCluster(client) ? slotOf(keyOf(each)) : 0
    const others = slots.get(slot)
    if (others) others.push(each)
    else slots.set(slot, [each])
  }
  return slots
}

/** A text that lies in a slot, for keys of ours that must lie beside those of series. Always the same one. */
export function tagOf(slot: number): string {
  tags ??= makeTags()
  return tags[slot] ?? ''
}

let tags: string[] | undefined

function makeTags(): string[] {
  const made: string[] = []
  for (let n = 0, left = SLOTS; left > 0; n += 1) {
    const slot = slotOf(String(n))
    if (made[slot] !== undefined) continue
    made[slot] = String(n)
    left -= 1
  }
  return made
}

/** CRC-16/XMODEM, as Redis Cluster has it. */
function crc16(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff
  }
  return crc
}
