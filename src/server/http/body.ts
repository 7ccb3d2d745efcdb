import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { LARGEST_REQUEST } from '../operations/request.ts'

/** Chunks that are put together: a client may send them byte by byte, and each for itself takes a hundred times its size. */
const TOGETHER = 1024

/** All of a body; undefined where it is larger than it may be: what more of it comes then passes unread. Rejects when the client goes. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > LARGEST_REQUEST) {
    request.resume()
    return undefined
  }
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let small: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > LARGEST_REQUEST) resolve(undefined)
      else small.push(chunk)
      if (small.length < TOGETHER) return
      chunks.push(Buffer.concat(small))
      small = []
    })
    request.once('end', () =>
      resolve(small.length === 1 && chunks.length === 0 ? small[0] : Buffer.concat([...chunks, ...small])),
    )
    request.once('error', reject)
  })
}

/** A request as yoga takes it. */
type NodeRequest = Readable & Pick<IncomingMessage, 'url' | 'method' | 'headers' | 'socket'>

/** The request again, for who reads its body once more. */
export function withBody({ url, method, headers, socket }: IncomingMessage, body: Buffer): NodeRequest {
  return Object.assign(Readable.from([body]), { url, method, headers, socket })
}
