import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { Access } from '../../../src/auth/index.ts'
import { load } from '../config/folder.ts'

const path = fileURLToPath(new URL('../../../docs/auth.md', import.meta.url))
const blocks = async (language: string) =>
  [...(await readFile(path, 'utf8')).matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(
    ([, text = '']) => text,
  )

test('the command of docs/auth.md makes a token that its digest lets in', async () => {
  const [command = ''] = await blocks('sh')
  const run = async () => {
    const { stdout } = await promisify(execFile)('sh', ['-c', command])
    return { token: /^token: (\S+)$/m.exec(stdout)?.[1], sha256: /^sha256: (\S+)$/m.exec(stdout)?.[1] ?? '' }
  }
  const [made, another] = await Promise.all([run(), run()])
  expect(made.token).not.toBe(another.token)
  const token = { name: 'charts', sha256: made.sha256, scopes: ['read:a'] }
  const { auth } = await load({ files: { 'kairos.yaml': JSON.stringify({ auth: { tokens: [token] } }) } })
  const access = new Access(auth === 'none' ? null : auth)
  expect((await access.authenticate(`Bearer ${made.token}`)).name).toBe('token:charts')
})

test('every configuration of docs/auth.md is one', async () => {
  const examples = await blocks('yaml')
  expect(examples).toHaveLength(2)
  for (const yaml of examples) {
    const { auth } = await load({ files: { 'kairos.yaml': yaml } })
    expect(auth).toEqual({
      tokens: expect.any(Array),
      jwt: yaml.includes('jwt:') ? expect.any(Object) : null,
    })
  }
})
