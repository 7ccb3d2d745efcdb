import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A network between browser and server, to be taken away. */
export interface Network {
  readonly url: string
  /** From now on nothing gets through, and nobody is told. */
  silence(): void
  /** From now on what is sent to the server arrives, and nothing that it answers. */
  loseAnswers(): void
  /** Lets through what comes from now on; what hung is cut. */
  restore(): void
  close(): Promise<void>
}

/** Everything that is sent to its `url` goes to the server at `target`, and back. */
export async function startNetwork(target: string): Promise<Network> {
  const { hostname, port } = new URL(target)
  const open = new Set<Socket>()
  const lost = { there: false, back: false }

  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    for (const [from, to, way] of [
      [near, far, 'there'],
      [far, near, 'back'],
    ] as const) {
      open.add(from)
      from.on('data', (bytes) => {
        if (!lost[way]) to.write(bytes)
      })
      from.on('close', () => {
        open.delete(from)
        to.destroy()
      })
      from.on('error', () => from.destroy())
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port: ownPort } = server.address() as AddressInfo

  const cut = () => {
    for (const socket of open) socket.destroy()
  }
  return {
    url: `http://localhost:${ownPort}`,
    silence: () => {
      Object.assign(lost, { there: true, back: true })
    },
    loseAnswers: () => {
      lost.back = true
    },
    restore: () => {
      cut()
      Object.assign(lost, { there: false, back: false })
    },
    close: async () => {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
