import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLog } from '../../src/log.ts'
import { connectRedis } from '../../src/redis/connect.ts'
import { findRedisServer } from '../../src/redis/find-server.ts'
import { type RedisServer, startRedisServer } from '../support/redis-server.ts'
import { startServerProcess } from '../support/server-process.ts'

const run = promisify(execFile)

/** Whether the redis-server of this machine was built with TLS, and there is an openssl to sign for it: neither comes with us. */
async function hasTls(): Promise<boolean> {
  const refused = run(await findRedisServer(), ['--port', '0', '--tls-port', '1'])
  const said = await refused.catch(({ stdout }: { readonly stdout: string }) => stdout)
  const openssl = await run('openssl', ['version']).catch(() => undefined)
  return openssl !== undefined && String(said).includes('No tls-cert-file configured')
}

let folder: string
let server: RedisServer
let port: number
const file = (name: string) => join(folder, name)
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

const connect = (url: string) =>
  connectRedis({ target: { url }, shown: 'here', log: createLog('silent'), name: 'test' })

describe.runIf(await hasTls())('over TLS', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kairos-test-'))
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', file('key.pem')]
    await run('openssl', ['req', '-x509', '-days', '1', ...key, ...subject, '-out', file('certificate.pem')])
    port = await freePort()
    server = await startRedisServer([
      ...[
        '--tls-port',
        String(port),
        '--tls-auth-clients',
        'no',
        '--tls-ca-cert-file',
        file('certificate.pem'),
      ],
      ...['--tls-cert-file', file('certificate.pem'), '--tls-key-file', file('key.pem')],
    ])
  })
  afterAll(async () => {
    await server?.stop()
    await rm(folder, { recursive: true })
  })

  test('a Redis is reached where NODE_EXTRA_CA_CERTS names who signed for it', async () => {
    const trusting = { NODE_EXTRA_CA_CERTS: file('certificate.pem') }
    const flags = ['--redis', `rediss://localhost:${port}`, '--port', '0']
    const kairos = await startServerProcess(flags, trusting)
    const url = await kairos.says(/ready at (\S+)/)
    const ready = await fetch(`${url}/health/ready`)
    expect([ready.status, await ready.text()]).toEqual([200, 'ok\n'])
    kairos.kill('SIGTERM')
    expect(await kairos.ended).toBe(0)
  })

  test('who signed must be known, and the sentence says how to make them known', async () => {
    await expect(connect(`rediss://localhost:${port}`)).rejects.toThrow(
      /cannot be used: self-signed certificate; .*NODE_EXTRA_CA_CERTS must name the file/,
    )
  })

  test('TLS is not spoken to who does not, nor anything else to who does, and the sentence says which', async () => {
    await expect(connect(`rediss://localhost:${server.port}`)).rejects.toThrow('may not speak TLS')
    await expect(connect(`redis://localhost:${port}`)).rejects.toThrow('where it asks for TLS (rediss://)')
  })
})
