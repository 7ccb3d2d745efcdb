import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Deliveries, Delivery, type Line, type Source } from '../../../src/server/delivery.ts'

let deliveries: Deliveries
let ours: Socket
let client: Socket
let line: Line & { isOpen: boolean }
let delivery: Delivery
let received = ''
beforeEach(async () => {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const accepted = once(server, 'connection')
  client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  ours = (await accepted)[0]
  server.close()
  received = ''
  client.setEncoding('latin1').on('data', (text) => {
    received += text
  })
  deliveries = new Deliveries()
  line = {
    stream: ours,
    socket: ours,
    isOpen: true,
    pause: vi.fn(),
    resume: vi.fn(),
    giveUp: vi.fn(),
  }
  delivery = new Delivery(deliveries, 'websocket', line)
})
afterEach(() => {
  client.destroy()
  ours.destroy()
})

/** A source whose next frame tells how many changes there have been. */
class Changes implements Source {
  readonly #name: string
  readonly #size: number
  readonly ended = vi.fn()
  changes = 0
  /** frames that were taken */
  taken = 0
  #told = false

  constructor(name: string, size = 0) {
    this.#name = name
    this.#size = size
  }

  change(): void {
    this.changes += 1
    if (this.#told) return
    this.#told = true
    delivery.due(this)
  }

  take(): Buffer {
    this.taken += 1
    this.#told = false
    return Buffer.from(`${this.#name}${this.changes}${'.'.repeat(this.#size)};`)
  }
}

const frames = () => received.replaceAll('.', '').split(';').slice(0, -1)
/** How often the system was asked to write. */
function writes() {
  const [one, many] = [vi.spyOn(ours, '_write'), vi.spyOn(ours as Required<Socket>, '_writev')]
  return () => one.mock.calls.length + many.mock.calls.length
}

test('all frames of one turn leave in one write, in order with whatever else is written', async () => {
  const written = writes()
  const [a, b] = [new Changes('a'), new Changes('b')]
  a.change()
  b.change()
  ours.write('answer;')
  a.change()
  expect(written()).toBe(0)
  await expect.poll(frames).toEqual(['a1', 'b1', 'answer', 'a2'])
  expect(written()).toBe(1)
  expect(deliveries.frames.websocket).toBe(3)
})

test('frames of another turn leave in another write', async () => {
  const written = writes()
  const a = new Changes('a')
  for (let i = 1; i <= 3; i += 1) {
    a.change()
    await expect.poll(frames).toHaveLength(i)
  }
  expect(written()).toBe(3)
})

/** Changes a source until the client takes no more. */
async function untilStalled(source: Changes): Promise<void> {
  await vi.waitUntil(
    () => {
      source.change()
      return deliveries.stalled > 0
    },
    { timeout: 20_000, interval: 0 },
  )
}

test('of a client that takes nothing, no more frames are taken; it catches up with one of each', async () => {
  client.pause()
  const [a, b] = [new Changes('a', 500_000), new Changes('b')]
  await untilStalled(a)
  const { taken } = a
  const held = ours.writableLength
  for (let i = 0; i < 1000; i += 1) {
    a.change()
    b.change()
  }
  expect([a.taken, b.taken, ours.writableLength]).toEqual([taken, 0, held])
  expect(held).toBeLessThan(600_000)
  expect([deliveries.stalled, deliveries.stalls]).toEqual([2, 2])
  expect(line.pause).toHaveBeenCalledOnce()
  client.resume()
  await expect.poll(() => frames().slice(taken)).toEqual([`a${a.changes}`, 'b1000'])
  expect([deliveries.stalled, deliveries.stalls]).toEqual([0, 2])
  expect(line.resume).toHaveBeenCalledOnce()
  a.change()
  await expect.poll(() => frames().at(-1)).toBe(`a${a.changes}`)
})

test('a source that is forgotten while its client takes nothing is asked for nothing more', async () => {
  client.pause()
  const [a, b] = [new Changes('a', 500_000), new Changes('b')]
  await untilStalled(a)
  b.change()
  delivery.forget(b)
  delivery.forget(b)
  expect(deliveries.stalled).toBe(1)
  client.resume()
  await expect.poll(() => frames().at(-1)).toBe(`a${a.changes}`)
  expect(b.taken).toBe(0)
})

test('a source that cannot make a frame ends alone', async () => {
  const [broken, other] = [new Changes('broken'), new Changes('other')]
  const failure = new Error('no frame')
  broken.take = () => {
    throw failure
  }
  broken.change()
  other.change()
  await expect.poll(frames).toEqual(['other1'])
  expect(broken.ended).toHaveBeenCalledExactlyOnceWith(failure)
})

test('nothing is taken for a line that is not open', () => {
  line.isOpen = false
  const a = new Changes('a')
  a.change()
  expect([a.taken, deliveries.stalled]).toEqual([0, 0])
})

test('a client that leaves more than 1 MiB of answers unread is not listened to until it has read them', async () => {
  client.pause()
  while (ours.writableLength <= 1024 * 1024) {
    ours.write('.'.repeat(100_000))
    delivery.balance()
    await new Promise(setImmediate)
  }
  expect(line.pause).toHaveBeenCalledOnce()
  client.resume()
  await expect.poll(() => vi.mocked(line.resume).mock.calls.length).toBe(1)
})
