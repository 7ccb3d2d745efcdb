import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

/** Bytes of one body. */
export const LARGEST_BODY = 4 * 1024 * 1024

/** All of a body; undefined where it is larger than it may be: what more of it comes then passes unread. Rejects when the client goes. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > LARGEST_BODY) {
    request.resume()
    return undefined
  }
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > LARGEST_BODY) resolve(undefined)
      else chunks.push(chunk)
    })
    request.once('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)))
    request.once('error', reject)
  })
}

/** A request as yoga takes it. */
export type NodeRequest = Readable & Pick<IncomingMessage, 'url' | 'method' | 'headers' | 'socket'>

/** The request again, for who reads its body once more. */
export function withBody({ url, method, headers, socket }: IncomingMessage, body: Buffer): NodeRequest {
  return Object.assign(Readable.from([body]), { url, method, headers, socket })
}
