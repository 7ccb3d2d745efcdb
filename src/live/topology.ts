import type { Cluster } from 'ioredis'

/** A master of a Cluster, as its nodes tell. */
export interface Master {
  readonly id: string
  readonly host: string
  readonly port: number
  /** its lowest slot; undefined where it has none, or none yet */
  readonly slot: number | undefined
  /** all of its slots, as Redis writes them */
  readonly slots: string
}

/** Milliseconds that nodes have to answer. */
const PATIENCE = 1000

/** The masters of a Cluster that it does not hold for dead, by the first node that answers. Throws where none does. */
export async function topologyOf(cluster: Cluster): Promise<readonly Master[]> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(reject, PATIENCE, new Error('no node tells of the others')).unref()
  })
  const asked = cluster.nodes('master').map((node) => node.cluster('NODES'))
  return mastersIn(String(await Promise.race([late, Promise.any(asked)])))
}

/** From `CLUSTER NODES`. */
export function mastersIn(nodes: string): readonly Master[] {
  return nodes.split('\n').flatMap((line): Master[] => {
    const [id = '', address = '', flags = '', , , , , , ...ranges] = line.split(' ')
    const [, host, port] = /^(.*):(\d+)@/.exec(address) ?? []
    const words = flags.split(',')
    if (!words.includes('master') || words.some((word) => UNUSABLE.has(word)) || !host) return []
    // What is being moved stands in brackets.
    const own = ranges.filter((range) => !range.startsWith('['))
    const slots = own.map((range) => Number(range.split('-')[0]))
    const slot = slots.length === 0 ? undefined : Math.min(...slots)
    return [{ id, host, port: Number(port), slot, slots: own.join(' ') }]
  })
}

/** `fail?` is one node's suspicion alone. */
const UNUSABLE = new Set(['fail', 'handshake', 'noaddr'])
