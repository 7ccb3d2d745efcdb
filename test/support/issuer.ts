import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'

const AUDIENCE = 'kairos'

/** One who signs tokens, with the server that tells its keys. */
export interface Issuer {
  /** the part of a configuration that trusts it */
  readonly jwt: { readonly issuer: string; readonly audience: string[]; readonly jwksUri: string }
  /** how often its keys were asked for */
  readonly asked: number
  /** A token for ten minutes; claims that are undefined are left out. */
  sign(claims: Record<string, unknown>): Promise<string>
  /** From now on it signs with another key, of `algorithm`, and no longer tells the one before. */
  rotate(algorithm?: string): Promise<void>
  /** From now on it tells this public key, too. */
  publish(jwk: JWK): void
  /** From now on whoever asks for its keys waits for ever. */
  fallSilent(): void
  stop(): Promise<void>
}

interface Signing {
  readonly algorithm: string
  readonly key: CryptoKey
  readonly jwk: JWK
}

let keys = 0

export async function startIssuer(): Promise<Issuer> {
  let signing = await newKey('ES256')
  let asked = 0
  let silent = false
  const published: JWK[] = []
  const server: Server = createServer((_request, response) => {
    asked += 1
    if (silent) return
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ keys: [signing.jwk, ...published] }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    jwt: { issuer: url, audience: [AUDIENCE], jwksUri: `${url}/keys` },
    get asked() {
      return asked
    },
    async sign(claims) {
      const { algorithm, key, jwk } = signing
      return await new SignJWT({ iss: url, aud: AUDIENCE, sub: 'ada', exp: inSeconds(600), ...claims })
        .setProtectedHeader({ alg: algorithm, kid: jwk.kid ?? '' })
        .sign(key)
    },
    async rotate(algorithm = 'ES256') {
      signing = await newKey(algorithm)
    },
    publish(jwk) {
      published.push(jwk)
    },
    fallSilent() {
      silent = true
    },
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** Unix seconds, so many from now. */
export function inSeconds(seconds: number): number {
  return Date.now() / 1000 + seconds
}

async function newKey(algorithm: string): Promise<Signing> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm)
  const jwk = { ...(await exportJWK(publicKey)), alg: algorithm, kid: `key-${keys++}` }
  return { algorithm, key: privateKey, jwk }
}
