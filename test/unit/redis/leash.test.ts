import { tmpdir } from 'node:os'
import { expect, test, vi } from 'vitest'
import { startOnLeash } from '../../../src/redis/leash.ts'
import { processBirth } from '../../../src/redis/process-birth.ts'

async function start(script: string, grace?: number) {
  const lines: string[] = []
  const options = { cwd: tmpdir(), onLine: (line: string) => lines.push(line), ...(grace && { grace }) }
  return { lines, leashed: await startOnLeash('/bin/sh', ['-c', script], options) }
}

test('a process that ends by itself says how, and its last words are there by then', async () => {
  const { leashed, lines } = await start('echo out; echo err >&2; exit 3')
  expect(await leashed.ended).toBe('exit code 3')
  expect(lines).toEqual(['out', 'err'])
})

test('the pid is that of the command itself', async () => {
  const { leashed, lines } = await start('echo $$')
  await leashed.ended
  expect(lines).toEqual([String(leashed.pid)])
})

test('release ends it by SIGTERM', async () => {
  const { leashed } = await start('exec sleep 60')
  leashed.release()
  leashed.release()
  expect(await leashed.ended).toBe('signal SIGTERM')
  expect(await processBirth(leashed.pid)).toBeUndefined()
})

test('what does not heed SIGTERM is killed when the grace is over', async () => {
  const { leashed, lines } = await start("trap '' TERM; echo ready; while :; do sleep 0.05; done", 0.3)
  await vi.waitFor(() => expect(lines).toContain('ready'))
  leashed.release()
  expect(await leashed.ended).toBe('signal SIGKILL')
})

test('a child that holds the output open does not delay the news of the end', async () => {
  const { leashed } = await start('sleep 5 & exit 0')
  const started = performance.now()
  expect(await leashed.ended).toBe('exit code 0')
  expect(performance.now() - started).toBeLessThan(4000)
})

test('a folder that does not exist is an error', async () => {
  const start = startOnLeash('/bin/true', [], { cwd: '/nonexistent', onLine: () => {} })
  await expect(start).rejects.toThrow('ENOENT')
})
