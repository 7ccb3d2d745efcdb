import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** What a connection to Redis is for: to hear of changes, or for anything else. */
export type Purpose = 'notifications' | 'commands'

interface Link {
  purpose: Purpose
  silent: boolean
  readonly ends: readonly [client: Socket, server: Socket]
}

/** Stands between clients and a server, or several that take turns, and does what networks do. */
export class Network {
  readonly port: number
  readonly #listening: Server
  readonly #links = new Set<Link>()
  /** milliseconds for which each chunk is held back */
  delay = 0
  /** whether who connects is turned away */
  refusing = false

  readonly #targets: readonly number[]
  #turn = 0

  private constructor(listening: Server, port: number, targets: readonly number[]) {
    this.#listening = listening
    this.port = port
    this.#targets = targets
    listening.on('connection', async (client) => {
      client.on('error', () => {}) // it closes, too
      const server = this.refusing ? undefined : await this.#reach()
      if (server && !client.destroyed && !this.refusing) return this.#link(client, server)
      server?.destroy()
      client.resetAndDestroy()
    })
  }

  /** To ports of the loopback, one after another, without those that do not listen; on a free one of it. */
  static async start(...targets: readonly number[]): Promise<Network> {
    const listening = createServer({ noDelay: true, pauseOnConnect: true }).listen(0, '127.0.0.1')
    await once(listening, 'listening')
    const address = listening.address()
    if (address === null || typeof address === 'string') throw new Error('it listens on no port')
    return new Network(listening, address.port, targets)
  }

  /** Connections of this purpose that are there now carry nothing any more, in either direction, and stay open. Gives how many. */
  silence(purpose: Purpose): number {
    const chosen = [...this.#links].filter((link) => link.purpose === purpose && !link.silent)
    for (const link of chosen) link.silent = true
    return chosen.length
  }

  /** Ends every connection, as a router that forgot them. */
  cut(): void {
    for (const { ends } of this.#links) for (const end of ends) end.resetAndDestroy()
  }

  async close(): Promise<void> {
    this.refusing = true
    this.#listening.close()
    this.cut()
    await once(this.#listening, 'close')
  }

  /** Undefined where none listens. */
  async #reach(): Promise<Socket | undefined> {
    this.#turn += 1
    for (const [i] of this.#targets.entries()) {
      const socket = connect(this.#targets[(this.#turn + i) % this.#targets.length] ?? 0, '127.0.0.1')
      try {
        await once(socket, 'connect')
        return socket
      } catch {
        socket.destroy()
      }
    }
    return undefined
  }

  #link(client: Socket, server: Socket): void {
    const link: Link = { purpose: 'commands', silent: false, ends: [client, server] }
    this.#links.add(link)
    client.on('data', (data) => {
      if (/subscribe/i.test(data.toString('latin1'))) link.purpose = 'notifications'
    })
    this.#carry(link, client, server)
    this.#carry(link, server, client)
    client.resume()
  }

  #carry(link: Link, from: Socket, to: Socket): void {
    let last = Promise.resolve()
    const inOrder = (pass: () => void) => {
      const due = performance.now() + this.delay
      last = last.then(async () => {
        const pause = due - performance.now()
        if (pause > 1) await wait(pause)
        if (!link.silent) pass()
      })
    }
    from.on('data', (data) => inOrder(() => to.write(data)))
    from.on('error', () => {}) // it closes, too
    from.on('close', () => {
      const [client, server] = link.ends
      if (client.destroyed) this.#links.delete(link)
      // Where nothing is carried, neither learns that the other went.
      if (link.silent && from === client) server.destroy()
      inOrder(() => to.destroy())
    })
  }
}
