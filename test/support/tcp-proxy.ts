import { connect, createServer, type Socket } from 'node:net'

/** Stands between a client and a loopback port, and can leave connections half-open: neither side is told anything any more. */
export interface TcpProxy {
  readonly port: number
  /** Connections that were made, those that are over included. */
  readonly made: number
  /**
   * From now on nothing passes over the open connections whose client has sent `text`, which stay open. Throws where there is none.
   */
  freeze(text: string): void
  /** From now on those whose client has sent `text` get everything so many milliseconds later. Throws where there is none. */
  delay(text: string, milliseconds: number): void
  /**
   * What comes next for those whose client has sent `text` becomes what is made of it; `closed`, then they are closed. Throws where
   * there is none.
   */
  spoil(text: string, make: (reply: Buffer) => Buffer, options?: { readonly closed?: boolean }): void
  /** From now on connections are accepted, but nothing passes over new ones; `thaw` lets what comes later pass. */
  freezeNew(): void
  thaw(): void
  stop(): Promise<void>
}

interface Pair {
  readonly client: Socket
  sent: string
  frozen: boolean
  /** milliseconds; what once was delayed stays so, or later bytes would overtake */
  delay: number | undefined
  /** what becomes of what comes next, once */
  spoil: ((reply: Buffer) => void) | undefined
}

/** How much of what a client has sent is remembered. */
const REMEMBERED = 10_000

export async function startTcpProxy(port: number): Promise<TcpProxy> {
  const pairs = new Set<Pair>()
  const sockets = new Set<Socket>()
  let made = 0
  let freezing = false
  const those = (text: string) => {
    const meant = [...pairs].filter(({ sent }) => sent.includes(text))
    if (meant.length === 0) throw new Error(`no client has sent ${text}`)
    return meant
  }
  const server = createServer((client) => {
    const redis = connect(port, '127.0.0.1')
    const pair: Pair = { sent: '', frozen: freezing, delay: undefined, spoil: undefined, client }
    pairs.add(pair)
    made += 1
    client.on('data', (data) => {
      pair.sent = (pair.sent + data.toString('latin1')).slice(0, REMEMBERED)
      if (!pair.frozen) redis.write(data)
    })
    redis.on('data', (data) => {
      if (pair.frozen) return
      if (pair.spoil) pair.spoil(data)
      else if (pair.delay === undefined) client.write(data)
      else setTimeout(() => client.write(data), pair.delay)
    })
    for (const [socket, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        pairs.delete(pair)
        sockets.delete(socket)
        if (!pair.frozen) other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    get made() {
      return made
    },
    freeze(text) {
      for (const pair of those(text)) pair.frozen = true
    },
    delay(text, milliseconds) {
      for (const pair of those(text)) pair.delay = milliseconds
    },
    spoil(text, make, { closed = false } = {}) {
      for (const pair of those(text))
        pair.spoil = (reply) => {
          pair.spoil = undefined
          pair.client.write(make(reply))
          if (closed) pair.client.end()
        }
    },
    freezeNew() {
      freezing = true
    },
    thaw() {
      freezing = false
    },
    async stop() {
      const stopped = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await stopped
    },
  }
}
