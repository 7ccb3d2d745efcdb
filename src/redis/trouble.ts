/** A server says why before it does so, but may have closed by the time that it is spoken to. */
export const CLOSED =
  'it closes the connection, as where as many are connected as may be (maxclients), or where it asks for TLS (rediss://)'

/** What a failure to connect says, where what the library says needs to be known to be understood. */
const PLAIN: readonly (readonly [RegExp, string])[] = [
  [/EPIPE|ECONNRESET/, CLOSED],
  [/ETIMEDOUT/, 'no connection was made in time ($&); over rediss://, what answers there may not speak TLS'],
  [/^NOAUTH/, 'it asks for a password'],
  [/^(Socket timeout|Command timed out|timeout$)/, 'it does not answer'],
  [/^Connection is closed/, 'none of its nodes takes connections'],
  [/cluster support disabled/, 'it is no Redis Cluster: write redis:// in place of redis+cluster://'],
  [/^Unknown RESP type/, 'what answers there does not speak the protocol of Redis'],
  [
    /wrong version number|before secure TLS connection/,
    'what answers there does not speak TLS, which rediss asks for',
  ],
  [
    /certificate|altnames/i,
    '$&; where an authority of your own signs it, NODE_EXTRA_CA_CERTS must name the file with its certificate',
  ],
]

/** Where no Sentinel answers, each attempt would be news. */
const NEXT_ATTEMPT = / Retrying from scratch after \d+ms\./

/** For the operator, in words; it holds no secret. Of a Cluster, what kept the node that was asked last from answering. */
export function troubleOf(error: Error): string {
  if ('lastNodeError' in error && error.lastNodeError instanceof Error) return troubleOf(error.lastNodeError)
  const text = error.message || ('code' in error ? String(error.code) : error.name)
  const message = text.replace(NEXT_ATTEMPT, '')
  const [pattern, plain] = PLAIN.find(([pattern]) => pattern.test(message)) ?? []
  return pattern && plain ? plain.replace('$&', message) : message
}
