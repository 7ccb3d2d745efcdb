import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { redisAddress } from '../../../src/config/config.ts'
import { asksForHelp, flags, flagsHelp } from '../../../src/config/flags.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import { parseRedisUrl } from '../../../src/config/redis-url.ts'
import { faultsOf, folderWith, load, refusal } from './folder.ts'

const unreachable =
  ' can be reached by other machines: say in the file who may do what, with auth, or write auth: none if all of them may do everything'

describe('what is in force', () => {
  test('without anything it is the demo, for this machine alone, on an embedded Redis', async () => {
    const cwd = await folderWith({})
    const { timeseries, ...rest } = await loadConfig({ argv: [], env: {}, cwd })
    expect(rest).toEqual({
      file: null,
      redis: { kind: 'embedded', folder: join(cwd, '.kairos', 'redis') },
      port: 4000,
      host: '127.0.0.1',
      logLevel: 'info',
      prefix: 'kairos',
      layout: 'packed',
      durability: 'memory',
      monitor: true,
      auth: null,
      cors: { origins: [] },
      trustProxy: false,
      trustedDocuments: null,
      limits: {
        maxBuckets: 20_000,
        maxValues: 1_000_000,
        maxCost: 2_000_000,
        maxInserts: 10_000,
        maxValueLength: 1024,
        maxSubscriptions: 100,
        maxRequestsPerSecond: null,
        maxSocketsPerAddress: null,
        maxSubscriptionsPerIdentity: null,
      },
    })
    expect(new Set(timeseries.map(({ type }) => type))).toEqual(
      new Set(['series', 'histogram', 'count', 'gauge', 'set']),
    )
    expect(timeseries.at(-1)?.match).toEqual(['**'])
  })

  test('what a file leaves out has its default, the rules too', async () => {
    const demo = await load({})
    for (const text of ['', '# nothing\n', '{}', 'monitor: true']) {
      const config = await load({ files: { 'kairos.yaml': text } })
      expect({ ...config, file: null, redis: demo.redis }).toEqual(demo)
    }
    expect((await load({ files: { 'kairos.yaml': 'timeseries: []' } })).timeseries).toEqual([])
  })

  test('a flag wins over the environment, that over the file', async () => {
    const files = { 'kairos.yaml': '{ port: 1, host: 127.0.0.1, logLevel: trace, redis: redis://file }' }
    const env = { PORT: '2', HOST: '127.0.0.2', LOG_LEVEL: 'debug', REDIS_URL: 'redis://env' }
    const argv = ['--port', '3', '--host=127.0.0.3', '--log-level', 'warn', '--redis=redis://flag']
    const given = async (situation: Parameters<typeof load>[0]) => {
      const { port, host, logLevel, redis } = await load(situation)
      return [port, host, logLevel, redis.kind === 'server' && redis.url]
    }
    expect(await given({ files })).toEqual([1, '127.0.0.1', 'trace', 'redis://file'])
    expect(await given({ files, env })).toEqual([2, '127.0.0.2', 'debug', 'redis://env'])
    expect(await given({ files, env, argv })).toEqual([3, '127.0.0.3', 'warn', 'redis://flag'])
    expect(await given({ env, argv })).toEqual([3, '127.0.0.3', 'warn', 'redis://flag'])
  })

  test('an empty variable counts as absent', async () => {
    const env = Object.fromEntries(flags.map(({ variable }) => [variable, '']))
    expect((await load({ env, files: { 'kairos.yaml': 'port: 7' } })).port).toBe(7)
  })

  test('a kairos.yaml that leads nowhere is a fault, not the demo', async () => {
    const cwd = await folderWith({})
    await symlink('nowhere.yaml', join(cwd, 'kairos.yaml'))
    await expect(loadConfig({ argv: [], env: {}, cwd })).rejects.toThrow('kairos.yaml: does not exist')
  })

  test('a named file wins over kairos.yaml, the flag over the variable', async () => {
    const files = { 'kairos.yaml': 'port: 1', 'env.yaml': 'port: 2', 'sub/flag.json': '{"port": 3}' }
    const env = { KAIROS_CONFIG: 'env.yaml' }
    expect((await load({ files, env })).port).toBe(2)
    const config = await load({ files, env, argv: ['--config', 'sub/flag.json'] })
    expect(config.port).toBe(3)
    expect(config.file).toMatch(/^[/].*flag[.]json$/)
  })

  test('YAML, JSON and a module say the same', async () => {
    const config = await load({ files: { 'kairos.yaml': 'port: 0\nprefix: ""' } })
    const same = { 'a.json': '\uFEFF{"port":0,"prefix":"","$schema":"x"}' }
    const modules = {
      'b.mjs': 'export default { port: 0, prefix: "", host: undefined }',
      'c.mjs': 'export const config = { port: 0, prefix: "" }',
    }
    for (const [name, text] of Object.entries({ ...same, ...modules })) {
      const other = await load({ files: { [name]: text }, argv: ['--config', name] })
      expect({ ...other, file: config.file, redis: config.redis }).toEqual(config)
    }
  })

  test('it is frozen, all the way down', async () => {
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return
      expect(Object.isFrozen(value)).toBe(true)
      for (const inner of Object.values(value)) visit(inner)
    }
    visit(await load({}))
    visit(await load({ files: { 'kairos.yaml': 'timeseries: []\nlimits: { maxInserts: 5 }' } }))
  })
})

describe('faults', () => {
  test('of flags, environment and file are told together, each at its place', async () => {
    const faults = await faultsOf({
      argv: ['--port', '99999', '--log-levle=info', 'stray'],
      env: { PORT: 'abc', LOG_LEVEL: 'inof' },
      files: { 'kairos.yaml': 'port: 1.5\nlimits: { maxBuckets: 0 }\ntimeseries: [{ match: "***" }, 5]' },
    })
    const port = 'must be a whole number from 0 to 65535'
    expect(faults).toEqual([
      '--log-levle: is not a flag, did you mean --log-level?',
      'argument 4: belongs to no flag',
      `--port: ${port}`,
      `PORT: ${port}`,
      'LOG_LEVEL: must be one of trace, debug, info, warn, error, fatal, silent, did you mean info?',
      `port: ${port}`,
      'timeseries[0].name: is missing',
      'timeseries[0].match: "*" and "**" are special and nothing else is: write no more than two "*" in a row',
      'timeseries[0].type: is missing: one of series, histogram, count, gauge, set',
      'timeseries[0].intervals: is missing',
      'timeseries[1]: must be a map of settings',
      'limits.maxBuckets: must be at least 1',
    ])
  })

  test('stand in a message of one line each, the first hundred of them', async () => {
    const { message } = await refusal({ argv: ['--port', 'x', '--host', '::::'] })
    expect(message).toBe(
      [
        'The configuration (the built-in demo) has 2 faults:',
        '  --port: must be a whole number from 0 to 65535',
        '  --host: must be a host name or an IP address, without a port',
      ].join('\n'),
    )
    const many = await refusal({ argv: Array.from({ length: 150 }, () => '--x') })
    expect(many.faults).toHaveLength(150)
    expect(many.message.split('\n')).toHaveLength(102)
    expect(many.message).toMatch(/and 50 more$/)
  })

  test.each([['--port'], ['--port='], ['--port', ''], ['--port', '--host', 'localhost']])(
    'a flag without a value says so: %j %j %j',
    async (...argv) => {
      expect(await faultsOf({ argv })).toEqual(['--port: needs a value: --port NUMBER'])
    },
  )

  test('a flag given twice is a fault', async () => {
    expect(await faultsOf({ argv: ['--port', '1', '--port=2'] })).toEqual(['--port: is given more than once'])
  })

  test.each(['-1', '65536', '1e3', '0x10', ' 80', '80 ', '1.5', 'NaN'])('%j is no port', async (text) => {
    const message = 'must be a whole number from 0 to 65535'
    expect(await faultsOf({ argv: ['--port', text], env: { PORT: text } })).toEqual([
      `--port: ${message}`,
      `PORT: ${message}`,
    ])
  })

  test('a setting without a value is a fault, not a default', async () => {
    expect(await faultsOf({ files: { 'kairos.yaml': 'auth:\nhost:\n' } })).toEqual([
      'host: is empty: give it a value or remove the line',
      'auth: must be a map of tokens and jwt, or none',
    ])
  })

  test('an unknown setting is a fault at every level, with the one that may be meant', async () => {
    const faults = await faultsOf({
      files: {
        'kairos.yaml': `
          Port: 1
          xyzzy: 2
          limits: { maxinserts: 3 }
          timeseries: [{ name: a, match: a, type: set, intreval: 4, intervals: { i: { step: 60, stesp: 5 } } }]`,
      },
    })
    expect(faults).toEqual(
      expect.arrayContaining([
        'Port: is not a setting, did you mean port?',
        'xyzzy: is not a setting',
        'limits.maxinserts: is not a setting, did you mean maxInserts?',
        'timeseries[0].intreval: is not a setting, did you mean intervals?',
        'timeseries[0].intervals.i.stesp: is not a setting, did you mean steps?',
      ]),
    )
    expect(faults).toHaveLength(5)
  })

  test('keys of every map may be hostile', async () => {
    const yaml = `
      __proto__: { port: 5 }
      constructor: { prototype: {} }
      timeseries:
        - { name: a, match: a, type: set, __proto__: {}, intervals: { __proto__: { step: 5 }, constructor: { step: 6 }, i: { step: 60, __proto__: 1 } } }
      limits: { __proto__: { maxBuckets: 1 } }`
    const expected = [
      'timeseries[0].intervals.i.__proto__: is not a setting',
      'timeseries[0].__proto__: is not a setting',
      'limits.__proto__: is not a setting',
      '__proto__: is not a setting',
      'constructor: is not a setting',
      'timeseries[0].intervals.__proto__: is a name that JavaScript keeps for itself',
      'timeseries[0].intervals.constructor: is a name that JavaScript keeps for itself',
    ]
    expect((await faultsOf({ files: { 'kairos.yaml': yaml } })).sort()).toEqual(expected.sort())
    expect({}).not.toHaveProperty('port')
  })

  test('no fault holds a control character of its cause', async () => {
    const key = '\u001b[31m\n\u202e'
    const { message } = await refusal({
      files: { 'kairos.yaml': JSON.stringify({ [key]: 1 }) },
      argv: [key, `--${key}`],
    })
    expect(message.split('\n')).toHaveLength(4)
    expect(message.replaceAll('\n', '')).not.toMatch(/\p{C}/u)
  })
})

describe('who is served', () => {
  test.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost', 'LOCALHOST', '::ffff:127.0.0.1'])(
    '%s is this machine alone',
    async (host) => {
      expect((await load({ argv: ['--host', host] })).host).toBe(host)
    },
  )

  test.each([
    '0.0.0.0',
    '::',
    '192.168.0.1',
    'example.com',
    '127.1',
    '0',
    '::ffff:10.0.0.1',
    'localhost.example.com',
  ])('%s needs auth: none', async (host) => {
    expect(await faultsOf({ argv: ['--host', host] })).toEqual([`--host: ${host}${unreachable}`])
    expect(await faultsOf({ env: { HOST: host } })).toEqual([`HOST: ${host}${unreachable}`])
    const yaml = `host: '${host}'`
    expect(await faultsOf({ files: { 'kairos.yaml': yaml } })).toEqual([`host: ${host}${unreachable}`])
    const open = { 'kairos.yaml': `${yaml}\nauth: none` }
    expect(await load({ files: open })).toMatchObject({ host, auth: 'none' })
  })

  test.each(['[::1]', 'localhost:80', 'http://localhost', 'a b', '-a', '*', 'a..b', `${'a'.repeat(254)}`])(
    '%j is no host',
    async (host) => {
      expect(await faultsOf({ argv: [`--host=${host}`] })).toEqual([
        '--host: must be a host name or an IP address, without a port',
      ])
    },
  )
})

describe('pages of other origins', () => {
  const file = (origins: unknown) => ({ files: { 'kairos.yaml': JSON.stringify({ cors: { origins } }) } })
  const sentence = 'must be scheme, host and port alone, as in https://app.example.com, or "*"'

  test('are listed as browsers write them', async () => {
    const origins = ['https://app.example.com', 'http://localhost:5173', 'http://[::1]:8080']
    const all = [...origins, 'capacitor://localhost', '*']
    expect((await load(file(all))).cors.origins).toEqual(all)
  })

  test.each([
    ['https://app.example.com/', `${sentence}: write https://app.example.com`],
    ['https://app.example.com/page', `${sentence}: write https://app.example.com`],
    ['https://app.example.com?', `${sentence}: write https://app.example.com`],
    ['https://APP.example.com', `${sentence}: write https://app.example.com`],
    ['https://app.example.com:443', `${sentence}: write https://app.example.com`],
    ['https://user:password@app.example.com', `${sentence}: write https://app.example.com`],
    ['https://büro.example', `${sentence}: write https://xn--bro-hoa.example`],
    ['app.example.com', sentence],
    ['localhost:5173', sentence],
    ['https://', sentence],
    ['file://', sentence],
    ['https://*.example.com', sentence],
    ['', sentence],
    ['null', 'must not be null: any sandboxed page and any file calls itself so'],
    [5, 'must be text'],
  ])('%j is none', async (origin, fault) => {
    expect(await faultsOf(file([origin]))).toEqual([`cors.origins[0]: ${fault}`])
  })

  test('are a list', async () => {
    expect(await faultsOf(file('*'))).toEqual(['cors.origins: must be a list'])
    expect(await faultsOf({ files: { 'kairos.yaml': 'cors: { origin: [] }' } })).toEqual([
      'cors.origin: is not a setting, did you mean origins?',
    ])
  })
})

describe('trusted documents', () => {
  test('are a file, relative to that of the configuration', async () => {
    const trustedDocuments = async (name: string, text: string) => {
      const cwd = await folderWith({ [name]: text })
      return [(await loadConfig({ argv: ['--config', name], env: {}, cwd })).trustedDocuments, cwd]
    }
    const [path, cwd] = await trustedDocuments('conf/a.yaml', 'trustedDocuments: build/b.json')
    expect(path).toBe(join(String(cwd), 'conf', 'build', 'b.json'))
    expect((await trustedDocuments('a.yaml', 'trustedDocuments: /b.json'))[0]).toBe('/b.json')
    expect((await trustedDocuments('a.yaml', 'trustedDocuments: null'))[0]).toBeNull()
  })

  test('have a name', async () => {
    for (const value of ['""', '5', 'true'])
      expect(await faultsOf({ files: { 'kairos.yaml': `trustedDocuments: ${value}` } })).toEqual([
        expect.stringMatching(/^trustedDocuments: must /),
      ])
  })
})

describe('Redis', () => {
  test.each([
    'redis://localhost',
    'redis://localhost:6379/0',
    'rediss://user:p%40ss@redis.example.com:6380/15',
    'redis://:secret@[::1]:6379',
  ])('%s is taken', async (url) => {
    expect((await load({ env: { REDIS_URL: url } })).redis).toEqual({ kind: 'server', url })
  })

  test.each([
    ['redis+sentinel://a/m', { sentinels: [{ host: 'a', port: 26_379 }], master: 'm' }],
    [
      'redis+sentinel://a:1,[::1]:2,10.0.0.3/the-master.1/5',
      {
        sentinels: [
          { host: 'a', port: 1 },
          { host: '::1', port: 2 },
          { host: '10.0.0.3', port: 26_379 },
        ],
        master: 'the-master.1',
        db: 5,
      },
    ],
    ['rediss+sentinel://u:p%40ss%2C@a:1/m', { username: 'u', password: 'p@ss,', tls: true }],
    ['REDIS+SENTINEL://:p@a:1/m', { username: null, password: 'p', tls: false }],
  ])('%s is the master that its Sentinels know', async (url, expected) => {
    const sentinels = [{ host: 'a', port: 1 }]
    const none = {
      kind: 'sentinel',
      sentinels,
      master: 'm',
      db: 0,
      username: null,
      password: null,
      tls: false,
    }
    expect((await load({ env: { REDIS_URL: url } })).redis).toEqual({ ...none, ...expected })
  })

  test.each([
    [
      'redis+cluster://a:7000,[::1]',
      {
        nodes: [
          { host: 'a', port: 7000 },
          { host: '::1', port: 6379 },
        ],
      },
    ],
    ['rediss+cluster://u:p%40ss@a:1/', { username: 'u', password: 'p@ss', tls: true }],
  ])('%s is a Cluster', async (url, expected) => {
    const none = {
      kind: 'cluster',
      nodes: [{ host: 'a', port: 1 }],
      username: null,
      password: null,
      tls: false,
    }
    expect((await load({ env: { REDIS_URL: url } })).redis).toEqual({ ...none, ...expected })
  })

  test('an insert is acknowledged when Redis has it, or a replica, of which the embedded one has none', async () => {
    const files = { 'kairos.yaml': 'durability: replica' }
    expect((await load({})).durability).toBe('memory')
    expect((await load({ files, env: { REDIS_URL: 'redis://a' } })).durability).toBe('replica')
    expect(await faultsOf({ files })).toEqual([expect.stringMatching(/^durability: must be memory/)])
  })

  test('a Cluster and layout kairos do not go together, wherever each is said', async () => {
    const url = 'redis+cluster://a:1'
    for (const situation of [
      { files: { 'kairos.yaml': `{ layout: kairos, redis: "${url}" }` } },
      { files: { 'kairos.yaml': 'layout: kairos' }, env: { REDIS_URL: url } },
    ])
      expect(await faultsOf(situation)).toEqual([expect.stringMatching(/^layout: must be packed/)])
  })

  test.each([
    'hunter2',
    'http://u:hunter2@h',
    'redis://',
    'redis://u:hunter2@',
    'redis://u:hunter2@h:99999',
    'redis://u:hunter2@h/hunter2',
    'redis://u:hunter2#@h',
    'redis://u:a@h#hunter2',
    'redis://u:a@h?password=hunter2',
    'redis://u:hunter2%zz@h',
    'redis://u:hunter2 @h',
    'redis://u:hunter2\n@h',
    'redis+cluster://u:hunter2@h:1,i:2/0',
    'redis+cluster://u:hunter2@',
    'redis+cluster://u:hunter2@h:1,i:2?password=hunter2',
    'redis+cluster://u:hunter2@h:1;i:2',
    'redis+sentinel://u:hunter2@h:1',
    'redis+sentinel://u:hunter2@h:1/',
    'redis+sentinel://u:hunter2@h:1/m/x',
    'redis+sentinel://u:hunter2@h:1/hunter2@m',
    'redis+sentinel://u:hunter2@h:99999/m',
    'redis+sentinel://u:hunter2@h:0/m',
    'redis+sentinel://u:hunter2@h:1,/m',
    'redis+sentinel://u:hunter2@/m',
    'redis+sentinel://u:hunter2@h@i/m',
    'redis+sentinel://u:hunter2%zz@h/m',
    'redis+sentinel://u:hunter2/x@h/m',
    'redis+sentinel://u:a@h/m?password=hunter2',
    'redis:hunter2',
    `redis://u:hunter2@${'h'.repeat(3000)}`,
  ])('%j is refused, without a word of it', async (url) => {
    const { message, faults } = await refusal({
      argv: ['--redis', url],
      env: { REDIS_URL: url },
      files: { 'kairos.yaml': JSON.stringify({ redis: url }) },
    })
    expect(faults.map(({ path }) => path)).toEqual(['--redis', 'REDIS_URL', 'redis'])
    expect(message).not.toContain('hunter2')
  })

  test('a password given where none belongs is not repeated', async () => {
    const url = 'redis://u:hunter2@h'
    for (const argv of [
      [url],
      [`--reids=${url}`],
      [`--${url}`],
      ['--redis', url, url],
      [`-${url}`],
      ['--port', url],
      ['--config', url],
    ]) {
      expect((await refusal({ argv })).message).not.toContain('hunter2')
    }
    const files = {
      'kairos.yaml': `port: ${url}\nlogLevel: ${url}\nauth: ${url}\ntimeseries: ${url}\nlimits: ${url}\nmonitor: ${url}`,
    }
    expect((await refusal({ files })).message).not.toContain('hunter2')
  })

  test('is named for logs without user and password', () => {
    const url = 'rediss://user:hunter2@redis.example.com:6380/1'
    expect(redisAddress({ kind: 'server', url })).toBe('rediss://redis.example.com:6380/1')
    expect(redisAddress({ kind: 'embedded', folder: '/data' })).toBe('embedded, data in /data')
    for (const shown of ['redis+cluster://a:1,[::1]:2', 'rediss+sentinel://a:1,b:2/m'])
      expect(redisAddress(parseRedisUrl(shown.replace('//', '//user:hunter2@')))).toBe(shown)
  })
})

describe('prefix', () => {
  test('is kept as written, also empty', async () => {
    for (const prefix of ['', 'a', 'a:', 'ä:b c']) {
      expect((await load({ files: { 'kairos.yaml': JSON.stringify({ prefix }) } })).prefix).toBe(prefix)
    }
  })

  test.each(['a\n', '\u0000', '\u009f', '\ud800', '__kairos', '__kairos:x', 'x'.repeat(129)])(
    '%j is refused',
    async (prefix) => {
      const faults = await faultsOf({ files: { 'kairos.yaml': JSON.stringify({ prefix }) } })
      expect(faults).toEqual([expect.stringMatching(/^prefix: must/)])
    },
  )
})

test('the help names every flag and variable', () => {
  for (const { flag, variable } of flags) {
    expect(flagsHelp()).toMatch(new RegExp(`^  ${flag} .*${variable} `, 'm'))
  }
  expect([['--help'], ['--port', '1', '-h']].every(asksForHelp)).toBe(true)
  expect(asksForHelp(['--host'])).toBe(false)
})
