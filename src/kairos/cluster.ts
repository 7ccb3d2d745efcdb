import type { Cluster, Redis } from 'ioredis'

/** A Redis, or a Redis Cluster, by a client that its caller owns. */
export type Client = Redis | Cluster

export function isCluster(client: Client): client is Cluster {
  return client.isCluster
}

/** Every server that holds keys: of a Cluster those that are masters at present. */
export function mastersOf(client: Client): readonly Redis[] {
  return isCluster(client) ? client.nodes('master') : [client]
}

/** The master that answers for a slot, as far as the client knows. */
export function masterOf(client: Client, slot: number): Redis | undefined {
  if (!isCluster(client)) return client
  const [address] = client.slots[slot] ?? []
  return client.nodes('master').find(({ options: { host, port } }) => `${host}:${port}` === address)
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
