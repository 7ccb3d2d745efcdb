import { type Client, createClient } from 'graphql-ws'
import WebSocket from 'ws'
import type { Request, Update } from './series.ts'

/** What comes over a connection; `at` is the place of what was asked. */
export interface Ear {
  /** how far the connection is, for whoever looks into a failure */
  progress(step: string): void
  update(at: number, update: Update): void
  /** what was asked is refused, or has failed */
  errors(at: number, errors: readonly Refusal[]): void
  /** the server says that there will be nothing more */
  complete(at: number): void
  /** Called once, also where it never opened. `at` is what was carried alone by what has closed, where not all of it was. */
  closed(why: string, at?: number): void
}

export interface Refusal {
  readonly message: string
  readonly extensions?: { readonly code?: string }
}

/** Real sockets to one server, over which all that was asked is told. */
export interface Connection {
  /** Reads nothing, until `resume`. */
  stall(): void
  resume(): void
  /** Is not interested any more in what stands at this place. */
  complete(at: number): void
  /** Goes without a word, as who loses the network does. */
  drop(): void
}

/** Asks everything over one connection. */
export type Connect = (url: string, requests: readonly Request[], ear: Ear) => Connection

interface Payload {
  readonly data?: { readonly update?: Update } | null
  readonly errors?: readonly Refusal[]
}

function hear(ear: Ear, at: number, { data, errors }: Payload): void {
  if (errors) ear.errors(at, errors)
  if (data?.update) ear.update(at, data.update)
}

const endpoint = (url: string) => `${url.replace('http', 'ws')}/graphql`

/** As front ends do it. */
const graphqlWs: Connect = (url, requests, ear) => {
  let socket: WebSocket | undefined
  let ended = false
  const end = (why: string) => {
    if (!ended) ear.closed(why)
    ended = true
  }
  class Socket extends WebSocket {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args)
      socket = this
      this.on('error', () => {}) // it closes, too
    }
  }
  const client: Client = createClient({
    url: endpoint(url),
    webSocketImpl: Socket,
    retryAttempts: 0,
    on: {
      opened: () => ear.progress('opened'),
      connected: () => ear.progress('acknowledged'),
      closed: (event) => end(closing(event)),
      error: (error) => end(String(error instanceof Error ? error.message : 'no connection')),
    },
  })
  const dispose = requests.map(({ query }, at) =>
    client.subscribe<NonNullable<Payload['data']>>(
      { query },
      {
        next: (result) => hear(ear, at, result as Payload),
        error: (error) => (Array.isArray(error) ? ear.errors(at, error) : end(closing(error))),
        complete: () => ear.complete(at),
      },
    ),
  )
  return {
    stall: () => socket?.pause(),
    resume: () => socket?.resume(),
    complete: (at) => dispose[at]?.(),
    drop: () => socket?.terminate(),
  }
}

function closing(event: unknown): string {
  if (typeof event === 'object' && event !== null && 'code' in event)
    return `${event.code} ${'reason' in event ? event.reason : ''}`.trim()
  return event instanceof Error ? event.message : 'no connection'
}

/** The protocol by hand. */
const socket: Connect = (url, requests, ear) => {
  const ws = new WebSocket(endpoint(url), 'graphql-transport-ws')
  const completed = new Set<number>()
  let failure = ''
  ws.on('open', () => {
    ear.progress('opened')
    ws.send(JSON.stringify({ type: 'connection_init' }))
  })
  ws.on('message', (data) => {
    const { type, id, payload } = JSON.parse(String(data))
    if (type === 'connection_ack') {
      ear.progress('acknowledged')
      for (const [at, request] of requests.entries())
        if (!completed.has(at))
          ws.send(JSON.stringify({ type: 'subscribe', id: String(at), payload: request }))
    } else if (type === 'next') hear(ear, Number(id), payload)
    else if (type === 'error') ear.errors(Number(id), payload)
    else if (type === 'complete') ear.complete(Number(id))
    else if (type === 'ping') ws.send(JSON.stringify({ type: 'pong' }))
  })
  ws.on('error', ({ message }) => {
    failure = message
  })
  ws.on('close', (code, reason) => ear.closed(`${code} ${failure || reason}`.trim()))
  return {
    stall: () => ws.pause(),
    resume: () => ws.resume(),
    complete(at) {
      completed.add(at)
      if (ws.readyState === ws.OPEN) ws.send(JSON.stringify({ type: 'complete', id: String(at) }))
    },
    drop: () => ws.terminate(),
  }
}

/** A request of its own for all that is asked, and so a socket; with the first of them all are over. */
const sse: Connect = (url, requests, ear) => {
  const aborts = requests.map(() => new AbortController())
  let open = requests.length
  let ended = false
  const end = (why: string, at?: number) => {
    if (!ended) ear.closed(why, at)
    ended = true
  }
  let reading = Promise.resolve()
  let goOn = () => {}
  const read = async (request: Request, at: number) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify(request),
      signal: aborts[at]?.signal ?? null,
    })
    ear.progress(`answered ${response.status}`)
    if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
      hear(ear, at, await response.json())
      return 'it was refused'
    }
    let text = ''
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk
      const events = text.split('\n\n')
      text = events.pop() ?? ''
      for (const event of events) {
        const data = /^data: (.+)$/m.exec(event)?.[1]
        if (event.startsWith('event: complete')) ear.complete(at)
        else if (data !== undefined) hear(ear, at, JSON.parse(data))
      }
      await reading
    }
    return 'the stream ended'
  }
  for (const [at, request] of requests.entries()) {
    read(request, at)
      .catch((error) =>
        error instanceof Error ? `${error.message} ${error.cause ?? ''}`.trim() : String(error),
      )
      .then((why) => {
        open -= 1
        if (!aborts[at]?.signal.aborted) end(why, at)
        else if (open === 0) end(why)
      })
  }
  return {
    stall() {
      reading = new Promise((resolve) => {
        goOn = resolve
      })
    },
    resume: () => goOn(),
    complete: (at) => aborts[at]?.abort(),
    drop() {
      for (const abort of aborts) abort.abort()
      goOn() // to where it finds that it was aborted
    },
  }
}

export const TRANSPORTS = ['graphql-ws', 'socket', 'sse'] as const

export const transports: Readonly<Record<(typeof TRANSPORTS)[number], Connect>> = {
  'graphql-ws': graphqlWs,
  socket,
  sse,
}
