import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findRedisServer } from '../../../src/redis/find-server.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kairos-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

/** A program that says `text` when asked for its version. */
async function program(place: string, name: string, text: string): Promise<string> {
  const file = join(folder, place, name)
  await mkdir(join(folder, place), { recursive: true })
  await writeFile(file, `#!/bin/sh\necho '${text}'\n`)
  await chmod(file, 0o755)
  return file
}

const path = (...places: string[]) => places.map((place) => join(folder, place)).join(delimiter)

test('the first on the PATH is taken', async () => {
  const first = await program('a', 'redis-server', 'Redis server v=7.0.15 sha=00000000:0')
  await program('b', 'redis-server', 'Redis server v=8.0.0 sha=00000000:0')
  expect(await findRedisServer(path('a', 'b'))).toBe(first)
})

test('valkey-server is as good', async () => {
  const valkey = await program('a', 'valkey-server', 'Valkey server v=8.1.0 sha=00000000:0')
  expect(await findRedisServer(path('none', 'a'))).toBe(valkey)
})

test('6.2 is the oldest; what is older, or does not run, is passed over', async () => {
  await program('a', 'redis-server', 'Redis server v=6.0.16 sha=00000000:0')
  await program('b', 'redis-server', 'Segmentation fault')
  const recent = await program('c', 'redis-server', 'Redis server v=6.2.0 sha=00000000:0')
  expect(await findRedisServer(path('a', 'b', 'c'))).toBe(recent)
})
