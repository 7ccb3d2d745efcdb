import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { Unauthenticated } from '../../../../src/auth/index.ts'
import { schema } from '../../../../src/graphql/schema.ts'
import { Budget } from '../../../../src/server/budget.ts'
import { answerError } from '../../../../src/server/http/answer-fault.ts'
import { readBody } from '../../../../src/server/http/body.ts'
import { anyDocument } from '../../../../src/server/operations/document-policy.ts'
import { Operations } from '../../../../src/server/operations/operations.ts'

const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() }
const operations = new Operations({ schema, documents: anyDocument, record: () => {}, log })
let thrown: unknown
let server: Server
let port: number
beforeAll(async () => {
  server = createServer(async (request, response) => {
    try {
      await readBody(request, new Budget(100).open())
      throw thrown
    } catch (error) {
      answerError(response, error, { operations, log })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
beforeEach(() => vi.clearAllMocks())
afterAll(async () => {
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
})

async function answer() {
  const response = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: '{}' })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

test('a mistake of ours is masked, and told to the log', async () => {
  thrown = new Error('what nobody may read')
  const { status, text } = await answer()
  const { extensions } = JSON.parse(text).errors[0]
  expect([status, extensions.code]).toEqual([500, 'INTERNAL'])
  expect(text).not.toContain('nobody may read')
  const { requestId } = extensions
  expect(requestId).toEqual(expect.any(String))
  expect(log.error).toHaveBeenCalledWith(expect.stringContaining('nobody may read'), { requestId })
  expect(operations.outcomes.mistakes).toBe(1)
})

test('a stranger is told how to come in, and the log nothing', async () => {
  thrown = new Unauthenticated('a token is missing')
  const { status, headers } = await answer()
  expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
  expect(log.error).not.toHaveBeenCalled()
})

test('a client that leaves within its request is nobody’s mistake', async () => {
  const socket = connect(port, '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc')
  await once(server, 'request')
  socket.destroy()
  await vi.waitFor(() => expect(log.debug).toHaveBeenCalledOnce())
  expect(log.error).not.toHaveBeenCalled()
})
