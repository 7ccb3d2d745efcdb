import { expect, test } from 'vitest'
import { startServerProcess } from '../support/server-process.ts'

test('a Redis that cannot be reached ends the process at once, with one sentence', async () => {
  const { says, ended } = await startServerProcess(['--redis', 'redis://127.0.0.1:1', '--port', '0'])
  await says(/Redis at \S+ cannot be used: .*ECONNREFUSED/)
  const said = performance.now()
  expect(await ended).toBe(1)
  expect(performance.now() - said).toBeLessThan(1500)
})
