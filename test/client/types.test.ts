import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

const CONSUMER = `import { connect, type ErrorCode, KairosError, type SeriesState, watchSeries } from 'kairos/client'
import { InsertDocument } from 'kairos/client/documents'

const kairos = connect({ url: 'http://localhost:4000/graphql', token: async () => 'x' })
const watch = kairos.watchSeries({
  name: ['a', 'b'],
  interval: 'minute',
  columns: { p95: { stat: 'PERCENTILE', p: 95 }, total: 'SUM' },
})
const p95: readonly (number | null)[] = watch.state.columns.p95
const timeZone: string | undefined = watch.state.interval?.timeZone
// @ts-expect-error it was not asked for
watch.state.columns.mean
// @ts-expect-error there is no such statistic
kairos.watchSeries({ name: 'a', interval: 'minute', columns: { x: 'MEDIAN' } })
// @ts-expect-error states are not altered
watch.state.live = true

export async function run(): Promise<number | null | undefined> {
  for await (const { columns } of watchSeries({ url: '/graphql', name: 'a', interval: 'minute' }))
    return columns.mean.at(-1)
  const plain: SeriesState = kairos.watchSeries({ name: 'a', interval: 'minute' }).state
  const { insert } = await kairos.request(InsertDocument, { name: 'a', value: 1 })
  // @ts-expect-error a name is needed
  await kairos.request(InsertDocument, { value: 1 })
  const read = await kairos.readSeries({ name: 'a', start: '-PT1H', grid: true })
  return insert?.inserted ?? plain.columns.count[0] ?? read.grid?.width ?? p95[0] ?? timeZone?.length
}

export function codeOf(error: unknown): ErrorCode | null {
  return error instanceof KairosError ? error.code : null
}
`
const REACT = `import { connect } from 'kairos/client'
import { useSeries } from 'kairos/client/react'

export function useTotal(): number {
  const { columns } = useSeries(connect(), { name: 'a', interval: 'minute', columns: { total: 'SUM' } })
  return columns.total.length + document.title.length
}
`

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kairos-types-'))
  await mkdir(join(folder, 'node_modules', '@types'), { recursive: true })
  await symlink(root, join(folder, 'node_modules', 'kairos'))
  for (const name of ['react', '@types/react'])
    await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(join(folder, 'consumer.ts'), CONSUMER)
  await writeFile(join(folder, 'react.ts'), REACT)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const check = (flags: string[]) => {
  const all = ['--noEmit', '--strict', '--target', 'es2022', ...flags]
  return promisify(execFile)(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...all], {
    cwd: folder,
  }).catch(({ stdout }) => ({ stdout }))
}

test.each([
  ['in Node', ['consumer.ts', '--module', 'nodenext', '--lib', 'es2022']],
  [
    'in what a bundler makes for browsers',
    [
      'consumer.ts',
      'react.ts',
      '--module',
      'esnext',
      '--moduleResolution',
      'bundler',
      '--lib',
      'es2022,dom,dom.iterable',
    ],
  ],
])(
  'the types are those that are promised, %s, and bring none that are not there',
  async (_where, flags) => {
    expect((await check(flags)).stdout).toBe('')
  },
  120_000,
)
