import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { filesIn, hashOf } from '../../../scripts/build/inputs.mjs'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kairos-'))
  await mkdir(join(folder, 'src/deep'), { recursive: true })
  await writeFile(join(folder, 'src/b.ts'), 'b')
  await writeFile(join(folder, 'src/deep/a.lua'), 'a')
})

afterEach(() => rm(folder, { recursive: true, force: true }))

const hash = async () => hashOf(await filesIn('src', folder), folder)

test('the files of a folder come sorted, from all depths; a folder that does not exist has none', async () => {
  expect(await filesIn('src', folder)).toEqual(['src/b.ts', 'src/deep/a.lua'])
  expect(await filesIn('none', folder)).toEqual([])
})

test('writing the same again changes no hash', async () => {
  const before = await hash()
  await writeFile(join(folder, 'src/b.ts'), 'b')
  expect(await hash()).toBe(before)
})

test('a change of a content, a name, or of where one file ends and the next begins changes the hash', async () => {
  const before = await hash()
  await writeFile(join(folder, 'src/b.ts'), 'ba')
  await writeFile(join(folder, 'src/deep/a.lua'), '')
  const moved = await hash()
  await rename(join(folder, 'src/b.ts'), join(folder, 'src/c.ts'))
  expect(new Set([before, moved, await hash()]).size).toBe(3)
})
