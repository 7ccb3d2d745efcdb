/** A server says why before it does so, but may have closed by the time that it is spoken to. */
export const CLOSED =
  'it closes the connection, as where as many are connected as may be (maxclients), or where it asks for TLS (rediss://)'

/** What a failure to connect says, where what the library says needs to be known to be understood. */
const PLAIN: readonly (readonly [RegExp, string])[] = [
  [/EPIPE|ECONNRESET/, CLOSED],
  [/ETIMEDOUT/, 'no connection was made in time ($&); over rediss://, what answers there may not speak TLS'],
  [/^NOAUTH/, 'it asks for a password'],
  [/^(Socket timeout|Command timed out)/, 'it does not answer'],
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

/** For the operator, in words; it holds no secret. */
export function troubleOf(error: Error): string {
  const message = error.message || ('code' in error ? String(error.code) : error.name)
  const [pattern, plain] = PLAIN.find(([pattern]) => pattern.test(message)) ?? []
  return pattern && plain ? plain.replace('$&', message) : message
}
