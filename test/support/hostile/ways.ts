import { once } from 'node:events'
import WebSocket from 'ws'

/** What is asked: the document, and its variables as the text of a JSON object. */
export interface Asked {
  readonly query: string
  readonly variables: string
}

/** What came back: results as they were written, or none where a socket was closed; then why. */
export interface Answer {
  readonly status: number
  readonly text: string | undefined
  readonly closed?: { readonly code: number; readonly reason: string }
}

export type Way = (url: string, asked: Asked) => Promise<Answer>

const bodyOf = ({ query, variables }: Asked) =>
  `{"query": ${JSON.stringify(query)}, "variables": ${variables}}`

function post(accept: string): Way {
  return async (url, asked) => {
    const over = new AbortController()
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: bodyOf(asked),
      signal: over.signal,
    })
    if (!response.headers.get('content-type')?.startsWith('text/event-stream'))
      return { status: response.status, text: await response.text() }
    const text = await firstEvent(response)
    over.abort()
    return { status: response.status, text }
  }
}

/** The data of the first event: a subscription goes on. */
async function firstEvent({ body }: Response): Promise<string | undefined> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    const found = /^data: (.+)\n/m.exec(text)
    if (found) return found[1]
  }
  return undefined
}

/** Every way to ask. */
export const ways: Readonly<Record<string, Way>> = {
  POST: post('application/json'),

  'a POST of another kind': post('application/graphql-response+json'),

  'an event stream': post('text/event-stream, application/json;q=0.5'),

  GET: async (url, { query, variables }) => {
    const search = new URLSearchParams({ query, variables })
    const response = await fetch(`${url}/graphql?${search}`, { headers: { accept: 'application/json' } })
    return { status: response.status, text: await response.text() }
  },

  WebSocket: async (url, asked) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
    const closed = once(socket, 'close').then(
      ([code, reason]): Answer => ({
        status: 200,
        text: undefined,
        closed: { code, reason: String(reason) },
      }),
    )
    await once(socket, 'open')
    socket.send('{"type": "connection_init"}')
    const answered = new Promise<Answer>((resolve) => {
      socket.on('message', (data) => {
        const { type, payload } = JSON.parse(String(data))
        if (type === 'connection_ack')
          socket.send(`{"id": "1", "type": "subscribe", "payload": ${bodyOf(asked)}}`)
        if (type === 'next') resolve({ status: 200, text: JSON.stringify(payload) })
        if (type === 'error') resolve({ status: 200, text: JSON.stringify({ errors: payload }) })
      })
    })
    const answer = await Promise.race([answered, closed])
    socket.terminate()
    return answer
  },
}
