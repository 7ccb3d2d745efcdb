import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { Share } from '../budget.ts'
import { tooFull } from '../operations/rate-limited.ts'
import { LARGEST_REQUEST } from '../operations/request.ts'

/** Chunks that are put together: a client may send them byte by byte, and each for itself takes a hundred times its size. */
const TOGETHER = 1024

/**
 * All of a body, as its bytes are held by `share`; undefined where it is larger than it may be. Rejects when the client goes, and with
 * RATE_LIMITED where there is no room. What more of it comes then passes unread.
 */
export async function readBody(request: IncomingMessage, share: Share): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > LARGEST_REQUEST) {
    request.resume()
    return undefined
  }
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let small: Buffer[] = []
    let bytes = 0
    const drop = () => {
      request.off('data', take).resume()
      chunks.length = 0
      small = []
      share.close()
    }
    const take = (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > LARGEST_REQUEST) {
        drop()
        resolve(undefined)
      } else if (!share.take(chunk.length)) {
        drop()
        reject(tooFull('many requests'))
      } else if (small.push(chunk) === TOGETHER) {
        chunks.push(Buffer.concat(small))
        small = []
      }
    }
    request.on('data', take)
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
