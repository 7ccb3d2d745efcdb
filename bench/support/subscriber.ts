import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Called with each text that arrives. The bytes are valid until it returns. */
export type Hear = (text: Buffer) => void

const TEXT = 1
const CLOSE = 8
const PING = 9
const PONG = 10
const NOTHING = Buffer.alloc(0)
/** Sockets that are opened at once. */
const TOGETHER = 100

/**
 * A WebSocket client with as little of the protocol as servers need, so that many of them take less time than the server that is
 * measured. It fails, for all to see, when its server closes it.
 */
export class Subscriber {
  readonly #socket: Socket
  #hear: Hear = () => {}
  #rest: Buffer = NOTHING

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('error', () => {}) // it closes, too
  }

  /** Resolves when the server has agreed to `graphql-transport-ws`. */
  static async open(url: string): Promise<Subscriber> {
    const { hostname, port, host } = new URL(url)
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    const subscriber = new Subscriber(socket)
    await once(socket, 'connect')
    socket.write(
      [
        'GET /graphql HTTP/1.1',
        `Host: ${host}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==',
        'Sec-WebSocket-Protocol: graphql-transport-ws',
        '\r\n',
      ].join('\r\n'),
    )
    const [answer] = (await once(socket, 'data')) as [Buffer]
    const end = answer.indexOf('\r\n\r\n') + 4
    if (!answer.toString('latin1').startsWith('HTTP/1.1 101 '))
      throw new Error(`${url} refused a WebSocket: ${answer.toString('latin1', 0, end)}`)
    socket.on('data', (chunk: Buffer) => subscriber.#take(chunk))
    if (end < answer.length) subscriber.#take(answer.subarray(end))
    return subscriber
  }

  /** Whoever hears from now on. */
  hear(hear: Hear): void {
    this.#hear = hear
  }

  /** The next text. */
  async next(): Promise<string> {
    return await new Promise((resolve) => {
      this.#hear = (text) => resolve(text.toString())
    })
  }

  send(text: string): void {
    this.#write(TEXT, Buffer.from(text))
  }

  /** Reads nothing more, until `resume`. */
  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk
    let at = 0
    while (at + 2 <= bytes.length) {
      const short = (bytes[at + 1] ?? 0) & 0x7f
      const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10)
      if (start > bytes.length) break
      const length =
        short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : bytes.readUInt32BE(at + 6)
      if (start + length > bytes.length) break
      this.#handle((bytes[at] ?? 0) & 0x0f, bytes.subarray(start, start + length))
      at = start + length
    }
    this.#rest = at === bytes.length ? NOTHING : bytes.subarray(at)
  }

  #handle(kind: number, payload: Buffer): void {
    if (kind === TEXT) this.#hear(payload)
    else if (kind === PING) this.#write(PONG, payload)
    else if (kind === CLOSE)
      throw new Error(`a server closed a WebSocket: ${payload.readUInt16BE(0)} ${payload.subarray(2)}`)
  }

  /** Clients must mask what they send, and zeros are a mask. */
  #write(kind: number, payload: Buffer): void {
    const { length } = payload
    const head = length < 126 ? Buffer.alloc(6) : Buffer.alloc(8)
    head[0] = 0x80 | kind
    head[1] = 0x80 | (length < 126 ? length : 126)
    if (length >= 126) head.writeUInt16BE(length, 2)
    this.#socket.write(Buffer.concat([head, payload]))
  }
}

/** Opens so many, some at a time, and makes something of each. */
export async function openAll<T>(count: number, open: (index: number) => Promise<T>): Promise<T[]> {
  const all: T[] = []
  while (all.length < count) {
    const first = all.length
    const some = Array.from({ length: Math.min(TOGETHER, count - first) }, (_, i) => open(first + i))
    all.push(...(await Promise.all(some)))
  }
  return all
}

/** Opens a socket that has said who it is and has subscribed to nothing yet. */
export async function greet(url: string): Promise<Subscriber> {
  const subscriber = await Subscriber.open(url)
  subscriber.send('{"type":"connection_init"}')
  await subscriber.next()
  return subscriber
}

export function subscribe(
  subscriber: Subscriber,
  query: string,
  variables: Readonly<Record<string, unknown>>,
  id = '1',
): void {
  subscriber.send(JSON.stringify({ id, type: 'subscribe', payload: { query, variables } }))
}
