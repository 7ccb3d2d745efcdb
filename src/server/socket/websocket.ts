import { type Server, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { handleProtocols } from 'graphql-ws'
import { WebSocket, WebSocketServer } from 'ws'
import { clientAddress } from '../client-address.ts'
import { LARGEST_REQUEST } from '../operations/request.ts'
import { pathOf } from '../path-of.ts'
import { refuseUpgrade } from '../refuse-upgrade.ts'
import { REQUEST_ID, requestIdOf } from '../request-id.ts'
import { refusal, type SameSiteOptions } from '../same-site.ts'
import { traceOf } from '../trace-of.ts'
import { type CarryOptions, carry, TRY_AGAIN_LATER } from './carry.ts'
import { type Connection, createProtocol, GOING_AWAY, type ProtocolOptions } from './protocol.ts'
import { turnAway } from './turn-away.ts'

export interface WebSocketOptions extends ProtocolOptions, CarryOptions {
  readonly sameSite: SameSiteOptions
}

/** Every WebSocket that is open. */
export interface WebSockets {
  readonly size: number
  /** Begins nothing more, and closes those that ask; resolves when the queries and mutations that run are answered. */
  drain(): Promise<void>
  /** For each socket what asks its client to come back elsewhere, unless it waits for an answer. */
  departures(): (() => void)[]
  /** Asks every client to come back elsewhere. */
  close(): void
  /** at once, whether the client listens or not */
  terminate(): void
}

/** Why ws itself closes a socket, by the code that it gives. */
const REASONS: ReadonlyMap<number, string> = new Map([
  [1002, 'Not the WebSocket protocol'],
  [1007, 'A message is not UTF-8'],
  [1008, 'A message comes in too many parts'],
  [1009, `A message has at most ${LARGEST_REQUEST} bytes`],
])

/** Says why it closes where ws itself gives a code alone. */
class ReasonedWebSocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    super.close(code, reason ?? (code === undefined ? undefined : REASONS.get(code)))
  }
}

/** `graphql-transport-ws` at `/graphql`. */
export function serveWebSocket(server: Server, { sameSite, ...options }: WebSocketOptions): WebSockets {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_REQUEST,
    handleProtocols,
    WebSocket: ReasonedWebSocket,
  })
  const protocol = createProtocol(options)
  const connections = new Map<WebSocket, Connection>()
  sockets.on('headers', (headers, request) => headers.push(`${REQUEST_ID}: ${requestIdOf(request)}`))
  server.on('upgrade', (request, socket: Duplex, head) => {
    const requestId = requestIdOf(request)
    if (pathOf(request) !== '/graphql') return refuseUpgrade(socket, '404 Not Found', requestId)
    const refused = refusal(request, sameSite)
    if (refused) return refuseUpgrade(socket, `${refused.status} ${STATUS_CODES[refused.status]}`, requestId)
    const { authorization } = request.headers
    const address = clientAddress(request, sameSite)
    sockets.handleUpgrade(request, socket, head, (opened) => {
      const release = options.limiter.openSocket(address)
      if (!release) {
        options.operations.outcomes.hit('maxSocketsPerAddress')
        return turnAway(opened, TRY_AGAIN_LATER, 'This address has as many sockets open as it may have')
      }
      opened.once('close', release)
      const origin = {
        authorization,
        address,
        requestId,
        trace: traceOf(request),
        stream: request.socket,
      }
      connections.set(opened, carry(protocol, opened, origin, options))
      opened.once('close', () => connections.delete(opened))
    })
  })
  return {
    get size() {
      return sockets.clients.size
    },
    drain: () => protocol.drain(),
    departures: () =>
      [...connections].map(([socket, { beginning }]) => () => {
        if (beginning.size === 0) goAway(socket)
      }),
    close() {
      for (const socket of sockets.clients) goAway(socket)
    },
    terminate() {
      for (const socket of sockets.clients) socket.terminate()
    },
  }
}

const goAway = (socket: WebSocket) => socket.close(GOING_AWAY, 'Going away')
