import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { findRedisServer } from '../../src/redis/find-server.ts'
import { blocksOf } from '../support/markdown.ts'
import { type RedisServer, startRedisServer } from '../support/redis-server.ts'
import { type ServerProcess, startProcess } from '../support/server-process.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

/** An empty folder in which somebody has said `npm init -y` and `npm install kairos-….tgz`. */
let folder: string
let installed: { readonly output: string; readonly packages: number }
const started: ServerProcess[] = []

const inPackage = (path: string) => join(folder, 'node_modules', 'kairos', path)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kairos-package-'))
  await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root })
  const [tarball] = (await readdir(folder)).filter((file) => file.endsWith('.tgz'))
  if (!tarball) throw new Error('npm pack made no package')
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  const flags = ['--engine-strict', '--strict-peer-deps', '--prefer-offline', '--no-audit', '--no-fund']
  const { stdout, stderr } = await run('npm', ['install', ...flags, `./${tarball}`], { cwd: folder })
  const output = stdout + stderr
  installed = { output, packages: Number(/added (\d+) packages/.exec(output)?.[1]) }
}, 180_000)

afterAll(async () => {
  for (const { kill, ended } of started) {
    kill('SIGKILL')
    await ended
  }
  await rm(folder, { recursive: true, force: true })
})

test('it installs without a warning, in this version of Node too, and brings few packages', () => {
  expect(installed.output).not.toMatch(/warn/i)
  expect(installed.packages).toBeLessThan(100)
})

test('it holds what it needs, and neither sources, tests nor maps of them', async () => {
  const files = (await readdir(inPackage(''), { recursive: true })).map((file) => `/${file}`)
  expect(files).toEqual(
    expect.arrayContaining([
      '/LICENSE',
      '/README.md',
      '/dist/kairos/lua/write.lua',
      '/dist/web-playground/index.html',
      '/dist/client-module/client.js',
    ]),
  )
  expect(files.filter((file) => /\.map$|\.test\.|\/\.|(?<!\.d)\.tsx?$/.test(file))).toEqual([])
})

test('no document in it links to a file that it lacks', async () => {
  const documents = (await readdir(inPackage(''), { recursive: true })).filter((file) => file.endsWith('.md'))
  expect(documents.length).toBeGreaterThan(15)
  const dead = await Promise.all(
    documents.map(async (file) => {
      const text = await readFile(inPackage(file), 'utf8')
      const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(({ 1: to = '' }) => to)
      return links
        .filter((to) => !existsSync(join(dirname(inPackage(file)), to)))
        .map((to) => `${file}: ${to}`)
    }),
  )
  expect(dead.flat()).toEqual([])
})

test('without a redis-server it says in a sentence what to do', async () => {
  const kairos = startProcess(process.execPath, [inPackage('dist/bin.js'), 'serve', '--port', '0'], {
    cwd: folder,
    env: { PATH: '' },
  })
  started.push(kairos)
  expect(await kairos.ended).toBe(1)
  expect(kairos.output).toMatch(
    /^Kairos found no redis-server .*install one .*or name a Redis .*REDIS_URL\.\n$/,
  )
})

test('npx kairos serves, and the client inserts, reads and watches', async () => {
  const path = [dirname(process.execPath), dirname(await findRedisServer()), process.env.PATH]
  const kairos = startProcess('npx', ['--no', 'kairos', 'serve', '--port', '0'], {
    cwd: folder,
    env: { ...process.env, PATH: path.join(delimiter) },
    detached: true,
  })
  started.push(kairos)
  const url = await kairos.says(/ready at (\S+)/)
  for (const page of ['/', '/graphql', '/client.js', '/health/ready']) {
    const response = await fetch(url + page, { headers: { accept: 'text/html, */*' } })
    expect([page, response.status]).toEqual([page, 200])
  }
  await writeFile(
    join(folder, 'use.mjs'),
    `import { readFile } from 'node:fs/promises'
    import { Redis } from 'ioredis'
    import { Timeseries } from 'kairos'
    import { connect } from 'kairos/client'
    import { InsertDocument } from 'kairos/client/documents'
    const kairos = connect({ url: '${url}/graphql' })
    const { insert } = await kairos.request(InsertDocument, { name: 'hits.packed', value: 2 })
    const read = await kairos.readSeries({ name: 'hits.packed', interval: 'minute', steps: 1, columns: { n: 'COUNT' } })
    let watched
    for await (const { columns } of kairos.watchSeries({ name: 'hits.packed', interval: 'minute', steps: 1, columns: { n: 'COUNT' } })) {
      watched = columns.n
      break
    }
    kairos.close()
    const text = async (name) => await readFile(new URL(import.meta.resolve('kairos/' + name)), 'utf8')
    const library = new Timeseries(new Redis({ lazyConnect: true }), { intervals: { minute: { step: 60 } } })
    console.log(JSON.stringify({
      insert, read: read.columns.n, watched,
      schema: (await text('schema.graphql')).includes('type Subscription'),
      config: JSON.parse(await text('config.schema.json')).title,
      documents: Object.keys(JSON.parse(await text('persisted-documents.json'))).length > 10,
      library: library instanceof Timeseries,
    }))`,
  )
  const { stdout } = await run(process.execPath, ['use.mjs'], { cwd: folder, timeout: 20_000 })
  expect(JSON.parse(stdout)).toEqual({
    insert: { inserted: 1, expired: 0, duplicate: false },
    read: [2],
    watched: [2],
    schema: true,
    config: 'Configuration of Kairos',
    documents: true,
    library: true,
  })
  kairos.kill('SIGINT') // to both, as Ctrl-C
  await kairos.says(/SIGINT: finishing what runs/)
  await kairos.ended
}, 60_000)

/** What a strict project makes of the types, those of the packages included. */
const consumer = `
import { Redis } from 'ioredis'
import { type ErrorCode, type InsertResult, KairosError, Timeseries } from 'kairos'
import { connect, watchSeries } from 'kairos/client'
import { InsertDocument } from 'kairos/client/documents'
import { useSeries } from 'kairos/client/react'

const hits = new Timeseries(new Redis({ lazyConnect: true }), { type: 'count', intervals: { minute: { step: 60 } } })
export const result: InsertResult = await hits.insert('a', 1)
const totals: ReadonlyMap<number, number> = await hits.get('a', 'minute')
export const total: number | undefined = totals.get(0)
export const code: ErrorCode = new KairosError('UNKNOWN_INTERVAL', 'there is none').code
const kairos = connect({ url: 'http://localhost:4000/graphql' })
export const inserted: number | undefined = (await kairos.request(InsertDocument, { name: 'a', value: 1 })).insert?.inserted
const options = { name: 'a', interval: 'minute', columns: { p95: { stat: 'PERCENTILE', p: 95 } } } as const
export const column: readonly (number | null)[] = watchSeries(options).state.columns.p95
export const Chart = () => useSeries(kairos, options).columns.p95.length
// @ts-expect-error there is no such type of series
new Timeseries(new Redis({ lazyConnect: true }), { type: 'nothing', intervals: {} })
// @ts-expect-error nor was such a column asked for
watchSeries(options).state.columns.p99
`

test.each([
  { module: 'nodenext', resolution: 'nodenext', skip: 'false' }, // the types of packages are checked once, which takes longest
  { module: 'esnext', resolution: 'bundler', skip: 'true' },
])(
  'its types hold in a strict project, resolved as $resolution',
  async ({ module, resolution, skip }) => {
    const types = join(folder, 'node_modules', '@types')
    if (!existsSync(types)) await symlink(join(root, 'node_modules', '@types'), types)
    await writeFile(join(folder, 'consumer.ts'), consumer)
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
    const strict = [
      '--strict',
      '--exactOptionalPropertyTypes',
      '--noUncheckedIndexedAccess',
      '--skipLibCheck',
      skip,
    ]
    const target = [
      '--target',
      'es2023',
      '--types',
      'node',
      '--module',
      module,
      '--moduleResolution',
      resolution,
    ]
    const flags = ['--ignoreConfig', '--noEmit', ...strict, ...target]
    const { stdout } = await run(process.execPath, [compiler, ...flags, 'consumer.ts'], {
      cwd: folder,
    }).catch((error) => error)
    expect(stdout).toBe('')
  },
  120_000,
)

test('for a browser its client is one small file, without a word of the server', async () => {
  await writeFile(join(folder, 'page.js'), "export { watchSeries } from 'kairos/client'\n")
  const { build } = await import('vite')
  const built = await build({
    root: folder,
    configFile: false,
    logLevel: 'silent',
    build: { write: false, target: 'es2023', lib: { entry: 'page.js', formats: ['es'], fileName: 'page' } },
  })
  const files = [built].flat().flatMap((each) => ('output' in each ? each.output : []))
  const chunks = files.filter((file) => file.type === 'chunk')
  const origins = chunks.flatMap(({ moduleIds }) => moduleIds.map((id) => id.slice(folder.length)))
  const ours = /^\/(page\.js|node_modules\/(kairos\/dist\/client|graphql-ws)\/)/
  expect(origins.length).toBeGreaterThan(5)
  expect(origins.filter((id) => !ours.test(id))).toEqual([])
  expect(chunks.flatMap(({ imports }) => imports)).toEqual([])
  expect(brotliCompressSync(chunks.map(({ code }) => code).join('')).length).toBeLessThan(10_000)
})

test('the version is the same wherever it is written', async () => {
  const { version } = JSON.parse(await readFile(inPackage('package.json'), 'utf8'))
  const texts = ['compose.yaml', 'docs/deployment.md'].map((path) => readFile(join(root, path), 'utf8'))
  const written = [...(await Promise.all(texts)).join('').matchAll(/kairos[:-](\d+\.\d+\.\d+)/g)].map(
    ([, each]) => each,
  )
  expect(new Set(written)).toEqual(new Set([version]))
})

describe('as a container', () => {
  /** Instructions by name, with their arguments; of stages the last, as it decides what is run. */
  let image: ReadonlyMap<string, string>
  let compose: {
    services: Record<'kairos' | 'redis', Record<string, unknown> & { ports?: string[]; command?: string[] }>
    volumes: Record<string, unknown>
  }
  let redis: RedisServer

  beforeAll(async () => {
    const text = await readFile(join(root, 'Dockerfile'), 'utf8')
    const last = text.slice(text.lastIndexOf('FROM '))
    image = new Map(
      [...last.matchAll(/^([A-Z]+) (.*)$/gm)].map(({ 1: name = '', 2: rest = '' }) => [name, rest]),
    )
    compose = parse(await readFile(join(root, 'compose.yaml'), 'utf8'))
    // As compose says that its Redis is started, but for where.
    const [server, ...flags] = compose.services.redis.command ?? []
    expect(server).toBe('redis-server')
    redis = await startRedisServer(flags.map((flag) => flag.replaceAll('$$', '$')))
  })
  afterAll(() => redis.stop())

  /** The command as Docker runs it, with the installed package where the image has it. */
  const command = (instruction: string) => {
    const json = /\[.*\]$/.exec(image.get(instruction) ?? '')?.[0] ?? 'null'
    const words: string[] = JSON.parse(json)
    return words.map((word) => word.replace(/^\/app\//, `${inPackage('')}/`))
  }

  test('its user is not root, it is stopped in order, and compose opens it to this machine alone', () => {
    expect(image.get('USER')).toBe('node')
    expect(image.get('STOPSIGNAL')).toBe('SIGTERM')
    const { kairos } = compose.services
    expect(kairos.ports).toEqual([`127.0.0.1:${image.get('EXPOSE')}:${image.get('EXPOSE')}`])
    expect(kairos).toMatchObject({
      volumes: [`./config:${image.get('WORKDIR')}:ro`],
      read_only: true,
      depends_on: { redis: { condition: 'service_healthy' } },
    })
    expect(compose.services.redis).toMatchObject({ volumes: ['redis:/data'], healthcheck: {} })
    expect(compose.services.redis).not.toHaveProperty('ports')
    expect(Object.keys(compose.volumes)).toEqual(['redis'])
  })

  test('it is built from what is there, with nothing else at hand', async () => {
    const lines = (await readFile(join(root, '.dockerignore'), 'utf8')).split('\n')
    expect(lines).toContain('*')
    const allowed = lines.flatMap((line) => (line.startsWith('!') ? line.slice(1) : []))
    expect(allowed.filter((path) => !existsSync(join(root, path)))).toEqual([])
    expect(allowed).toEqual(expect.arrayContaining(['package-lock.json', 'src', 'scripts', 'web-playground']))
  })

  test('it serves who has a token, as somebody who may write nothing, is healthy, and ends with 0', async () => {
    const config = join(folder, 'config')
    await mkdir(config)
    const [settings = ''] = blocksOf('docs/deployment.md', 'yaml').filter((text) => text.includes('tokens:'))
    const token = 'x'.repeat(32)
    const digest = createHash('sha256').update(token).digest('hex')
    expect(settings).toContain('<digest>')
    await writeFile(join(config, 'kairos.yaml'), settings.replace('<digest>', digest))
    await Promise.all([chmod(folder, 0o755), chmod(config, 0o555)])
    const nobody = process.getuid?.() === 0 ? { uid: 65_534 } : {}
    const env = { PATH: process.env.PATH, NODE_ENV: 'production', REDIS_URL: redis.url }
    const [node = '', ...args] = [...command('ENTRYPOINT'), ...command('CMD')]
    const kairos = startProcess(node, args, { cwd: config, env: { ...env, PORT: '0' }, ...nobody })
    started.push(kairos)
    const port = await kairos.says(/ready at \S+:(\d+)/)
    const [probe = '', ...words] = command('HEALTHCHECK')
    await run(probe, words, { env: { ...env, PORT: port }, ...nobody })
    await expect(run(probe, words, { env: { ...env, PORT: '1' }, ...nobody })).rejects.toMatchObject({
      code: 1,
    })
    const ask = async (headers: Record<string, string>) => {
      const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query: '{ definitions { name } }' }),
      })
      return response.status
    }
    expect(await ask({})).toBe(401)
    expect(await ask({ authorization: `Bearer ${token}` })).toBe(200)
    kairos.kill('SIGTERM')
    expect(await kairos.ended).toBe(0)
  })

  test('without a configuration that says who may come in it refuses, and says why', async () => {
    const [node = '', ...args] = [...command('ENTRYPOINT'), ...command('CMD')]
    const kairos = startProcess(node, args, {
      cwd: folder,
      env: { PATH: process.env.PATH, REDIS_URL: redis.url },
    })
    started.push(kairos)
    expect(await kairos.ended).toBe(1)
    expect(kairos.output).toContain(
      '--host: 0.0.0.0 can be reached by other machines: say in the file who may do what',
    )
  })
})
