import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest'
import { exclusively } from '../../../scripts/setup/exclusively.mjs'
import { npmCi, providePackages } from '../../../scripts/setup/npm-packages.mjs'
import { installCommands } from '../../../scripts/setup/package-managers.mjs'
import { launcher, packagesToInstall } from '../../../scripts/setup/private-redis.mjs'
import { isRecentServer, needsOwnRedis } from '../../../scripts/setup/redis-server.mjs'
import { run } from '../../../scripts/setup/run.mjs'
import { requireNode } from '../../../scripts/setup.mjs'

let folder: string
let logged: MockInstance

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kairos-'))
  logged = vi.spyOn(console, 'log').mockImplementation(() => {})
})

afterEach(async () => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

test('Node older than 20.19 is refused in a sentence', () => {
  expect(() => requireNode('20.18.9')).toThrow('Kairos needs Node 20.19 or newer, and this is Node 20.18.9')
  expect(() => requireNode('18.20.0')).toThrow('20.19')
  for (const version of ['20.19.0', '22.12.0', '26.0.0']) requireNode(version)
})

test('a server is fit from version 6.2 on, be it Redis or Valkey', () => {
  expect(isRecentServer('Redis server v=6.2.0 sha=00000000:0 malloc=libc bits=64 build=0')).toBe(true)
  expect(isRecentServer('Valkey server v=8.1.1 sha=00000000:0')).toBe(true)
  expect(isRecentServer('Redis server v=10.0.0')).toBe(true)
  expect(isRecentServer('Redis server v=6.0.16 sha=00000000:0')).toBe(false)
  expect(isRecentServer('redis-check-rdb 7.0.15')).toBe(false)
  expect(isRecentServer(undefined)).toBe(false)
})

test('no server is needed where another Redis is named, and an empty variable names none', () => {
  expect(needsOwnRedis(['--port', '0'], {})).toBe(true)
  expect(needsOwnRedis([], { REDIS_URL: '' })).toBe(true)
  expect(needsOwnRedis([], { REDIS_URL: 'redis://elsewhere' })).toBe(false)
  expect(needsOwnRedis(['--port', '0', '--redis', 'redis://elsewhere'], {})).toBe(false)
  expect(needsOwnRedis(['--redis=redis://elsewhere'], {})).toBe(false)
})

describe('the commands that install', () => {
  const debian = { managers: ['apt-get'], isRoot: true, hasSudo: false }

  test('need root or sudo without a password, else there are none', () => {
    expect(installCommands('redis', { ...debian, isRoot: false })).toEqual([])
    const withSudo = installCommands('redis', { ...debian, isRoot: false, hasSudo: true })
    expect(withSudo.length).toBeGreaterThan(0)
    for (const command of withSudo) expect(command.slice(0, 2)).toEqual(['sudo', '-n'])
    for (const command of installCommands('redis', debian)) expect(command).not.toContain('sudo')
  })

  test('install first and fetch lists only when that has failed', () => {
    const [first, update, again] = installCommands('redis', debian)
    expect(first).toContain('install')
    expect(update).toEqual(['apt-get', 'update'])
    expect(again).toEqual(first)
  })

  test('bring no service to Debian', () => {
    expect(installCommands('redis', debian).flat()).not.toContain('redis-server')
  })

  test('never ask a question', () => {
    const quiet = /DEBIAN_FRONTEND=noninteractive|-y|--no-cache|--noconfirm|--non-interactive/
    for (const manager of ['apt-get', 'dnf', 'apk', 'pacman', 'zypper']) {
      const installs = installCommands('browser', { ...debian, managers: [manager] }).filter((command) =>
        command.includes('chromium'),
      )
      expect(installs.length).toBeGreaterThan(0)
      for (const command of installs) expect(command.join(' ')).toMatch(quiet)
    }
  })

  test('of Homebrew are not for root', () => {
    const mac = { managers: ['brew'], isRoot: false, hasSudo: false }
    expect(installCommands('redis', mac)[0]).toEqual(['brew', 'install', 'redis'])
    expect(installCommands('redis', { ...mac, isRoot: true })).toEqual([])
  })

  test('are none where no package manager is known', () => {
    expect(installCommands('redis', { ...debian, managers: [] })).toEqual([])
  })
})

describe('npm packages', () => {
  test('are installed by the npm that runs the script, with what builds Kairos', () => {
    expect(npmCi('/lib/npm/bin/npm-cli.js', false).slice(0, 3)).toEqual([
      process.execPath,
      '/lib/npm/bin/npm-cli.js',
      'ci',
    ])
    expect(npmCi('/lib/yarn.js', false).slice(0, 2)).toEqual(['npm', 'ci'])
    expect(npmCi(undefined, true)).toContain('--include=dev')
  })

  test('are installed when the lock changed or an install was interrupted, and only then', async () => {
    // An npm that makes node_modules as npm ci does, and counts; it fails while `broken` is there.
    const npm = join(folder, 'bin', 'npm')
    await mkdir(join(folder, 'bin'))
    await writeFile(
      npm,
      '#!/bin/sh\nrm -rf node_modules; mkdir node_modules; echo x >> count; [ ! -e broken ]\n',
    )
    await chmod(npm, 0o755)
    vi.stubEnv('PATH', `${join(folder, 'bin')}${delimiter}${process.env.PATH}`)
    vi.stubEnv('npm_execpath', undefined)
    const installs = async () => (await readFile(join(folder, 'count'), 'utf8')).length / 2
    const lock = join(folder, 'package-lock.json')

    await writeFile(lock, '{}')
    await providePackages(folder)
    await providePackages(folder)
    expect(await installs()).toBe(1)

    await writeFile(lock, '{"changed":true}')
    await writeFile(join(folder, 'broken'), '')
    await expect(providePackages(folder)).rejects.toThrow('Installing npm packages failed')
    await rm(join(folder, 'broken'))
    await providePackages(folder)
    await providePackages(folder)
    expect(await installs()).toBe(3)
  })
})

describe('the private copy', () => {
  test('consists of what apt would install', () => {
    const simulation = [
      'NOTE: This is only a simulation!',
      'Inst liblzf1 (3.6-3 Debian:12.11/stable [amd64])',
      'Inst redis-tools (5:7.0.15-1~deb12u10 Debian-Security:12/stable-security [amd64])',
      'Conf liblzf1 (3.6-3 Debian:12.11/stable [amd64])',
    ].join('\n')
    expect(packagesToInstall(simulation)).toEqual(['liblzf1', 'redis-tools'])
  })

  test('is run by a script that becomes it, wherever the checkout lies', async () => {
    const home = join(folder, "it's a place", 'server')
    await mkdir(join(home, 'usr/bin'), { recursive: true })
    await mkdir(join(folder, "it's a place", 'bin'))
    const server = join(home, 'usr/bin/redis-server')
    const script = join(folder, "it's a place", 'bin', 'redis-server')
    await writeFile(server, '#!/bin/sh\necho "$$ $LD_LIBRARY_PATH $2"\n')
    await writeFile(script, launcher('server', ['lib/x-linux-gnu', 'usr/lib/x-linux-gnu']))
    for (const file of [server, script]) await chmod(file, 0o755)
    const [line] = await run('test', ['sh', '-c', 'echo $$; exec "$0" "$@"', script, '--port', 'a b']).then(
      ([pid, said]) => [said?.replace(`${pid} `, '')],
    )
    expect(line).toBe(`${home}/lib/x-linux-gnu:${home}/usr/lib/x-linux-gnu a b`)
  })
})

describe('a step that fails', () => {
  test('says which command, how it ended and its last lines', async () => {
    const script = 'for i in $(seq 20); do echo "line $i"; done; exit 7'
    const failure = await run('Doing it', ['sh', '-c', script]).catch((error: unknown) => error)
    expect(failure).toHaveProperty(
      'lines',
      Array.from({ length: 15 }, (_, index) => `line ${index + 6}`),
    )
    expect(String(failure)).toMatch(/Doing it failed: "sh -c .*" ended with exit code 7\.$/s)
  })

  test('may be a program that does not exist', async () => {
    await expect(run('Doing it', ['no-such-program-here'])).rejects.toThrow('ENOENT')
  })

  test('has nothing to read, so that it cannot wait for an answer', async () => {
    expect(await run('Doing it', ['sh', '-c', 'read answer || echo nobody'])).toEqual(['nobody'])
  })
})

describe('exclusive work', () => {
  test('leaves nothing behind, also when it fails', async () => {
    expect(await exclusively(async () => 42, folder)).toBe(42)
    await expect(exclusively(() => Promise.reject(new Error('no')), folder)).rejects.toThrow('no')
    expect(await readdir(folder)).toEqual([])
  })

  test('waits for that of a living process, and no longer', async () => {
    const claim = join(folder, `exclusive.${process.ppid}`)
    await writeFile(claim, '')
    let done = false
    const work = exclusively(async () => {
      done = true
    }, folder)
    await vi.waitFor(() => expect(logged).toHaveBeenCalledWith(expect.stringContaining('Waiting')), 5000)
    expect(done).toBe(false)
    await rm(claim)
    await work
    expect(done).toBe(true)
  })

  test('does not wait for the dead, nor for a claim without a sign of life', async () => {
    const dead = 2 ** 22 + 1
    const silent = join(folder, `exclusive.${process.ppid}`)
    await writeFile(join(folder, `exclusive.${dead}`), '')
    await writeFile(silent, '')
    const longAgo = new Date(Date.now() - 3_600_000)
    await utimes(silent, longAgo, longAgo)
    await exclusively(async () => {}, folder)
    expect(await readdir(folder)).toEqual([])
  })
})
