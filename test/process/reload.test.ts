import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RedisServer, startRedisServer } from '../support/redis-server.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { token } from '../support/tokens.ts'

let redis: RedisServer
let folder: string
beforeAll(async () => {
  redis = await startRedisServer()
  folder = await mkdtemp(join(tmpdir(), 'kairos-test-'))
})
afterAll(async () => {
  await redis.stop()
  await rm(folder, { recursive: true })
})

const formats = {
  yaml: (settings: object) => JSON.stringify(settings),
  mjs: (settings: object) => `export default ${JSON.stringify(settings)}`,
}

describe.each(['yaml', 'mjs'] as const)('SIGHUP, with a file of format %s,', (format) => {
  let kairos: ServerProcess
  let url: string
  let told = 0
  const file = () => join(folder, `kairos.${format}`)
  const write = async (settings: object) => await writeFile(file(), formats[format](settings))
  beforeAll(async () => {
    await write({ monitor: false, auth: { tokens: [token('first', 'admin')] } })
    kairos = await startServerProcess(['--redis', redis.url, '--port', '0', '--config', file()])
    url = await kairos.says(/ready at (\S+)/)
  })
  afterAll(async () => {
    kairos.kill('SIGKILL')
    await kairos.ended
  })

  /** What the log says of it. */
  async function reload(): Promise<string> {
    kairos.kill('SIGHUP')
    told += 1
    return await kairos.says(new RegExp(`(?:SIGHUP: [^]*?){${told - 1}}(SIGHUP: [^\\n]*)\\n`))
  }

  async function status(presented: string): Promise<number> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${presented}` }
    return (await fetch(`${url}/graphql`, { method: 'POST', headers, body: '{"query":"{ __typename }"}' }))
      .status
  }

  test('puts what it now says in force', async () => {
    expect([await status('first'), await status('second')]).toEqual([200, 401])
    await write({ monitor: false, auth: { tokens: [token('second', 'admin')] } })
    expect(await reload()).toContain('auth and limits are in force')
    expect([await status('first'), await status('second')]).toEqual([401, 200])
  })

  test('leaves all as it is where the file has a fault, and says which', async () => {
    await write({ monitor: false, auth: { tokens: [{ ...token('third', 'admin'), sha256: 'hunter2' }] } })
    expect(await reload()).toContain('auth.tokens[0].sha256: must be')
    expect(await status('second')).toBe(200)
  })

  test('leaves all as it is where something else has changed, and says what', async () => {
    await write({ monitor: true, prefix: 'hunter2', auth: { tokens: [token('third', 'admin')] } })
    expect(await reload()).toMatch(/this differs: prefix, monitor/)
    expect([await status('second'), await status('third')]).toEqual([200, 401])
    expect(kairos.output).not.toContain('hunter2')
  })

  test('leaves all as it is where the file is gone, or holds garbage, and says so', async () => {
    await writeFile(file(), '{ [ \0 hunter2')
    const garbage = await reload()
    await rm(file())
    for (const said of [garbage, await reload()])
      expect(said).toMatch(/all stays as it is: .*kairos\.(yaml|mjs)/)
    expect(await status('second')).toBe(200)
    expect(kairos.output).not.toContain('hunter2')
  })

  test('and goes on when the file is mended', async () => {
    await write({ monitor: false, auth: { tokens: [token('third', 'admin')] } })
    expect(await reload()).toContain('auth and limits are in force')
    expect([await status('second'), await status('third')]).toEqual([401, 200])
  })
})
