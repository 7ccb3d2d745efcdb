import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Writable } from 'node:stream'
import { whenNothingMoves } from './nothing-moves.ts'
import { type Debtor, Unread } from './unread.ts'

/** Milliseconds for which a client may take nothing at all of what waits for it. */
export const PATIENCE = 30_000
/** Milliseconds between two signs of life, where nothing else is to be told. */
export const PING = 15_000

/** Bytes of answers that may wait for a client before nothing more of it is read. */
const MOST_UNREAD = 1024 * 1024
/** Clients that are written to before anything else has its turn. */
const TOGETHER = 250

/** The way to one client. */
export interface Line {
  /** what it is sent is written here */
  readonly stream: Pick<Writable, 'write' | 'writableLength'>
  /** beneath `stream`, or the same */
  readonly socket: Socket
  /** whether it may still be sent anything */
  readonly isOpen: boolean
  /** Reads nothing more of it until `resume`. */
  pause(): void
  resume(): void
  /** Ends it, since it takes nothing. */
  giveUp(): void
}

/** What has frames for a client, from time to time. */
export interface Source {
  /** The next frame; undefined where there is none now. */
  take(): Buffer | undefined
  /** It is over, with what it failed with. */
  ended(reason: unknown): void
}

export type Transport = 'websocket' | 'sse'

/** What is sent to all clients. Whatever one turn of the event loop brings for a client leaves in one write. */
export class Deliveries {
  /** that were taken of sources, and written */
  readonly frames: Record<Transport, number> = { websocket: 0, sse: 0 }
  /** sources whose client may still be sent something */
  readonly sources: Record<Transport, number> = { websocket: 0, sse: 0 }
  /** sources that have a frame for a client which has not taken what it was sent before */
  stalled = 0
  /** how often a source came to be so */
  stalls = 0
  /** clients that took nothing for so long that they were given up */
  givenUp = 0
  /** answers to single requests among them */
  readonly unread: Unread
  #corked: Delivery[] = []

  constructor(unread = new Unread()) {
    this.unread = unread
  }

  /** Has `delivery` uncork at the end of this turn. */
  enqueue(delivery: Delivery): void {
    if (this.#corked.push(delivery) === 1) setImmediate(this.#uncork)
  }

  /** So many were written as the answer to one request; compressed or not, they are there until the client has taken the last one. */
  answered(response: ServerResponse, bytes: number): void {
    if (response.writableFinished) return
    this.unread.look({
      get owed() {
        return response.destroyed ? 0 : bytes
      },
      cutOff: () => response.req.socket.destroy(), // it may have to wait for others before it
    })
  }

  readonly #uncork = (): void => {
    for (const delivery of this.#corked.splice(0, TOGETHER)) delivery.uncork()
    if (this.#corked.length > 0) setImmediate(this.#uncork)
  }
}

/**
 * What is sent to one client. It queues no frames: of a source that is due while the client has not taken what was
 * written before, one is taken when it has. Meanwhile nothing more of the client is read, and it is given up where it takes
 * nothing for 30 seconds.
 */
export class Delivery implements Debtor {
  readonly #all: Deliveries
  readonly #transport: Transport
  readonly #line: Line
  #behind: Source[] = []
  #corked = false
  #waiting = false

  constructor(all: Deliveries, transport: Transport, line: Line) {
    this.#all = all
    this.#transport = transport
    this.#line = line
  }

  /** Whether the client has taken all that it was sent. */
  get isTaken(): boolean {
    return !this.#waiting && this.#line.stream.writableLength === 0
  }

  /** A source is there, until what is given is called; harmless when repeated. */
  enter(): () => void {
    const { sources } = this.#all
    let entered = true
    sources[this.#transport] += 1
    return () => {
      if (entered) sources[this.#transport] -= 1
      entered = false
    }
  }

  /** `source` has a frame, which is taken as soon as the client can take it. */
  due(source: Source): void {
    if (!this.#line.isOpen) return
    if (this.isTaken || (this.#corked && !this.#waiting)) this.#take(source)
    else this.#fallBehind(source)
  }

  /** Nothing more is taken of `source`. */
  forget(source: Source): void {
    const place = this.#behind.indexOf(source)
    if (place === -1) return
    this.#behind.splice(place, 1)
    this.#all.stalled -= 1
  }

  /** Writes at the end of this turn, together with all else that is written meanwhile. */
  send(bytes: Buffer | string): void {
    if (!this.#corked) {
      this.#corked = true
      this.#line.socket.cork()
      this.#all.enqueue(this)
    }
    this.#line.stream.write(bytes)
  }

  uncork(): void {
    this.#corked = false
    this.#line.socket.uncork()
    this.#lookAtDebt()
  }

  get owed(): number {
    const { stream, socket } = this.#line
    return socket.destroyed ? 0 : stream.writableLength
  }

  cutOff(): void {
    this.#drop()
    this.#line.socket.destroy()
  }

  /** To be called after something was sent past us: a client that asks without reading the answers is not listened to until it has. */
  balance(): void {
    this.#lookAtDebt()
    if (this.#line.stream.writableLength > MOST_UNREAD) this.wait()
  }

  /** Until the client has taken what it was sent, nothing more of it is read. */
  wait(): void {
    if (this.#waiting || !this.#line.isOpen) return
    this.#waiting = true
    const { stream, socket } = this.#line
    this.#line.pause() // what came in would pass for a sign that something is taken
    const stopLooking = whenNothingMoves(socket, PATIENCE, () => this.giveUp())
    stream.write(NOTHING, (error) => {
      if (error) return
      stopLooking()
      this.#waiting = false
      this.#line.resume()
      for (const source of this.#drop()) this.due(source)
      this.balance()
    })
  }

  giveUp(): void {
    this.#all.givenUp += 1
    this.#drop()
    this.#line.giveUp()
  }

  /** What is corked waits for nobody but us. */
  #lookAtDebt(): void {
    if (!this.#corked && this.owed > 0) this.#all.unread.look(this)
  }

  #fallBehind(source: Source): void {
    this.#behind.push(source)
    this.#all.stalled += 1
    this.#all.stalls += 1
    this.wait()
  }

  #take(source: Source): void {
    const frame = this.#frameOf(source)
    if (!frame) return
    this.#all.frames[this.#transport] += 1
    this.send(frame)
  }

  /** Whoever cannot make one ends alone. */
  #frameOf(source: Source): Buffer | undefined {
    try {
      return source.take()
    } catch (error) {
      source.ended(error)
      return undefined
    }
  }

  #drop(): Source[] {
    const behind = this.#behind
    this.#behind = []
    this.#all.stalled -= behind.length
    return behind
  }
}

const NOTHING = Buffer.alloc(0)
