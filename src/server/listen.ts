import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { Connections } from './connections.ts'
import { answerLive } from './health.ts'
import { pathOf } from './path-of.ts'
import { refuseUpgrade } from './refuse-upgrade.ts'

/** The address cannot be listened on; `message` says what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
}

export interface Address {
  /** 0 picks a free one */
  readonly port: number
  readonly host: string
}

export interface Listening {
  readonly server: Server
  readonly connections: Connections
  readonly url: string
}

/** Milliseconds. Who is slower is answered 408, and the connection ends. */
const TIMEOUTS = {
  /** for the headers of a request */
  headersTimeout: 15_000,
  /** for all of a request */
  requestTimeout: 120_000,
  /** between an answer and the next request */
  keepAliveTimeout: 5000,
  /** between two looks at who is late */
  connectionsCheckingInterval: 5000,
}

/** Milliseconds in which nothing goes over a connection, either way: an answer that is not read must not stay for ever. */
const STALLED = 30_000

/** A server that is alive, but answers all else with 503 until it is given a handler. Throws ListenError. */
export async function listen({ port, host }: Address): Promise<Listening> {
  const server = createServer(TIMEOUTS)
  server.timeout = STALLED
  const connections = new Connections(server)
  server.on('request', notYet)
  server.on('upgrade', noUpgradeYet)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new ListenError(reasonOf(error, { port, host }))),
    )
    server.listen(port, host, resolve)
  })
  const { port: bound } = server.address() as AddressInfo
  return { server, connections, url: `http://${shownHost(host)}:${bound}` }
}

/** From now on requests are answered by `handler`. */
export function answerWith(server: Server, handler: RequestListener): void {
  server.off('request', notYet)
  server.off('upgrade', noUpgradeYet)
  server.on('request', handler)
}

const notYet: RequestListener = (request, response) => {
  if (pathOf(request) === '/health/live') return answerLive(response)
  // An EventSource never comes back to who answers with an error, but it does where there is no answer.
  if (request.headers.accept?.includes('text/event-stream')) return request.socket.destroy()
  response.writeHead(503, { 'retry-after': '1', 'content-type': 'text/plain' }).end('Kairos is starting\n')
}

const noUpgradeYet = (_request: IncomingMessage, socket: Duplex) =>
  refuseUpgrade(socket, '503 Service Unavailable')

function shownHost(host: string): string {
  if (host === '127.0.0.1' || host === '::1') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

function reasonOf(error: NodeJS.ErrnoException, { port, host }: Address): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is taken: stop what listens there, or choose another with --port or PORT (0 picks a free one).`
    case 'EACCES':
      return `Port ${port} needs rights that this user does not have: choose one above 1023 with --port or PORT.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is no address of this machine: choose another with --host or HOST.`
    default:
      return `Cannot listen on ${host}, port ${port}: ${error.message}`
  }
}
