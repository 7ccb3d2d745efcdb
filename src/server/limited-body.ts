import type { IncomingMessage, ServerResponse } from 'node:http'
import { Transform } from 'node:stream'
import { GraphQLError } from 'graphql'

/** Bytes of one body. */
const LARGEST_BODY = 4 * 1024 * 1024

/** A request as yoga takes it. */
type NodeRequest = Transform & Pick<IncomingMessage, 'url' | 'method' | 'headers' | 'socket'>

/** The request, whose body fails once it is larger than it may be: where it comes in chunks no header tells before. */
export function withLimitedBody(request: IncomingMessage, response: ServerResponse): NodeRequest {
  let bytes = 0
  const body = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes > LARGEST_BODY) done(tooLarge())
      else done(null, chunk)
    },
  })
  body.on('error', () => {}) // whoever reads it is told, and nobody may
  request.on('error', (error) => body.destroy(error))
  // What was answered unread still has to pass before the connection can carry another request.
  response.once('finish', () => request.unpipe(body).resume())
  const { url, method, headers, socket } = request
  return Object.assign(request.pipe(body), { url, method, headers, socket })
}

function tooLarge(): GraphQLError {
  return new GraphQLError(`a body has at most ${LARGEST_BODY} bytes`, {
    extensions: { code: 'BAD_USER_INPUT', http: { status: 413, headers: { connection: 'close' } } },
  })
}
