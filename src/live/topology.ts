import type { Cluster, Redis } from 'ioredis'

/** A master of a Cluster, as its nodes tell. */
export interface Master {
  readonly id: string
  /** its IP address */
  readonly host: string
  readonly port: number
  /** the host name that it announces beside; undefined where it announces none */
  readonly hostname: string | undefined
  /** its lowest slot; undefined where it has none, or none yet */
  readonly slot: number | undefined
  /** all of its slots, as Redis writes them */
  readonly slots: string
}

/** What a node says of its Cluster. */
export interface View {
  readonly masters: readonly Master[]
  /** the highest configuration epoch that it has heard of: whoever takes over slots gets a higher one */
  readonly epoch: number
}

/** Milliseconds that nodes have to answer. */
const PATIENCE = 1000

/**
 * The masters of a Cluster that it does not hold for dead. More than half of those that the client knows are asked, and the
 * one is believed that has heard of the latest change: one that was cut off from the others may answer first. Throws where
 * too few answer.
 */
export async function topologyOf(cluster: Cluster): Promise<readonly Master[]> {
  const nodes = cluster.nodes('master')
  const views = await most(nodes.map(async (node) => viewIn(String(await node.cluster('NODES')))))
  return latest(views).masters
}

/** Whether a connection leads there, by whichever of its names. */
export function leadsTo({ options }: Redis, { host, hostname, port }: Master): boolean {
  return options.port === port && (options.host === host || options.host === hostname)
}

/** What a client of the Cluster calls a master's host: that depends on `cluster-preferred-endpoint-type`. */
export function hostOf(cluster: Cluster, master: Master, masters: Iterable<Master>): string {
  const nodes = cluster.nodes('master')
  const known = nodes.find((node) => leadsTo(node, master))?.options.host
  if (known !== undefined || master.hostname === undefined) return known ?? master.host
  // It has no slots yet, and the client does not know it.
  const calledByName = [...masters].some(({ hostname }) =>
    nodes.some(({ options }) => options.host === hostname),
  )
  return calledByName ? master.hostname : master.host
}

/** From `CLUSTER NODES`. */
export function viewIn(nodes: string): View {
  const lines = nodes.split('\n').map((line) => line.split(' '))
  const epochs = lines.flatMap(([, , flags, , , , epoch]) => (flags?.includes('master') ? Number(epoch) : []))
  return { masters: lines.flatMap(masterIn), epoch: Math.max(0, ...epochs) }
}

/** Of those that have heard of the latest change, the one that answered first. */
export function latest(views: readonly View[]): View {
  return views.reduce((a, b) => (b.epoch > a.epoch ? b : a))
}

function masterIn([id = '', address = '', flags = '', , , , , , ...ranges]: readonly string[]): Master[] {
  const [, host, port, hostname] = /^(.*):(\d+)@\d+(?:,([^,]+))?/.exec(address) ?? []
  const words = flags.split(',')
  if (!words.includes('master') || words.some((word) => UNUSABLE.has(word)) || !host) return []
  // What is being moved stands in brackets.
  const own = ranges.filter((range) => !range.startsWith('['))
  const slots = own.map((range) => Number(range.split('-')[0]))
  const slot = slots.length === 0 ? undefined : Math.min(...slots)
  return [{ id, host, port: Number(port), hostname, slot, slots: own.join(' ') }]
}

/** `fail?` is one node's suspicion alone. */
const UNUSABLE = new Set(['fail', 'handshake', 'noaddr'])

/** The first outcomes, in their order, as soon as more than half are there. */
async function most<T>(all: readonly Promise<T>[]): Promise<readonly T[]> {
  const enough = Math.floor(all.length / 2) + 1
  const there: T[] = []
  return await new Promise((resolve, reject) => {
    setTimeout(reject, PATIENCE, new Error('too few nodes tell of the others')).unref()
    for (const each of all)
      each.then(
        (outcome) => {
          if (there.push(outcome) >= enough) resolve([...there])
        },
        () => {}, // the others tell
      )
  })
}
