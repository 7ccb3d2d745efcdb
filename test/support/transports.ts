import { type Client, createClient } from 'graphql-ws'
import WebSocket from 'ws'
import type { Reply } from './app.ts'

/** What came of an operation: an answer, the status of HTTP, or the code with which a socket was closed. */
export interface Outcome {
  readonly reply: Reply
  /** 401 where it was not asked at all for want of a token, over whatever transport */
  readonly status: number
}

type Ask = (url: string, query: string, authorization?: string) => Promise<Outcome>

const json = 'application/json'

async function post(url: string, body: object, headers: Record<string, string>): Promise<Response> {
  return await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) })
}

function headersOf(authorization: string | undefined, others: Record<string, string>) {
  return { ...(authorization === undefined ? {} : { authorization }), ...others }
}

async function outcomeOf(response: Response): Promise<Outcome> {
  return { reply: await response.json(), status: response.status }
}

/** A client over WebSocket, which does not try again. */
export function socketClient(url: string, authorization?: string): Client {
  return createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    ...(authorization === undefined ? {} : { connectionParams: { authorization } }),
  })
}

/** The same operation over every transport, in somebody's name. */
export const transports: Readonly<Record<string, Ask>> = {
  'a plain POST': async (url, query, authorization) =>
    await outcomeOf(await post(url, { query }, headersOf(authorization, { 'content-type': json }))),

  'a POST of another kind': async (url, query, authorization) => {
    const headers = headersOf(authorization, { 'content-type': json, accept: json })
    return await outcomeOf(await post(url, { query, extensions: {} }, headers))
  },

  GET: async (url, query, authorization) => {
    const headers = headersOf(authorization, { accept: json })
    return await outcomeOf(await fetch(`${url}/graphql?query=${encodeURIComponent(query)}`, { headers }))
  },

  SSE: async (url, query, authorization) => {
    const headers = headersOf(authorization, { 'content-type': json, accept: 'text/event-stream' })
    const response = await post(url, { query }, headers)
    if (response.status !== 200) return await outcomeOf(response)
    const text = await response.text()
    return { reply: JSON.parse(/^data: (\{.*)$/m.exec(text)?.[1] ?? text), status: response.status }
  },

  WebSocket: async (url, query, authorization) => {
    const client = socketClient(url, authorization)
    try {
      return { reply: (await client.iterate({ query }).next()).value as Reply, status: 200 }
    } catch (thrown) {
      if (Array.isArray(thrown)) return { reply: { errors: thrown }, status: 200 }
      const { code, reason } = thrown as { code: number; reason: string }
      return {
        reply: { errors: [{ message: reason, extensions: { code } }] },
        status: code === 4401 ? 401 : code,
      }
    } finally {
      await client.dispose()
    }
  },
}
