import type { Insert } from '../../../src/kairos/index.ts'
import type { Arguments } from './arguments.ts'
import type { Clock } from './clock.ts'
import { DAY } from './model.ts'
import type { InsertSpec, Operation, ReadOperation, WriteOperation } from './operations.ts'
import type { Pair } from './pair.ts'
import { refusalsOf } from './refusals.ts'
import type { Scenario } from './scenario.ts'
import type { AnyValue } from './values.ts'

/** A write of one (`insert`) or of many. */
interface Write {
  readonly method: 'insert' | 'insertMany'
  readonly inserts: readonly Insert[]
  readonly id?: string
}

/** Does what a scenario says. */
export class Player {
  readonly #pair: Pair
  readonly #scenario: Scenario
  readonly #clock: Clock
  readonly #arguments: Arguments
  /** the first write of each id */
  readonly #asked: Write[] = []
  #ids = 0

  constructor(pair: Pair, scenario: Scenario, clock: Clock, args: Arguments) {
    this.#pair = pair
    this.#scenario = scenario
    this.#clock = clock
    this.#arguments = args
  }

  async perform(operation: Operation): Promise<void> {
    switch (operation.do) {
      case 'wait':
        this.#clock.waitUntil(this.#clock.now + operation.seconds)
        break
      case 'wait until':
        this.#clock.waitUntil(this.#arguments.time(operation.time))
        break
      case 'get':
      case 'series':
      case 'iterate':
      case 'names':
      case 'properties':
      case 'look at all':
        await this.#read(operation)
        break
      default:
        await this.#clock.waitToWrite()
        await this.#write(operation)
    }
  }

  async lookAtAll(): Promise<void> {
    await this.#clock.waitToWrite() // so that what expires is gone
    const { names, intervals } = this.#scenario
    for (const match of ['**', '*', 'a**', '**.*']) await this.#pair.names({ match })
    for (const name of names) await this.#pair.properties(name)
    for (const interval of Object.keys(intervals)) {
      for (const name of names) await this.#pair.iterate(name, interval, {})
      await this.#pair.series(names, interval, {})
      await this.#pair.series(names, interval, { condensed: true, transform: this.#arguments.statistics() })
    }
  }

  async #read(operation: ReadOperation): Promise<void> {
    switch (operation.do) {
      case 'names':
        return await this.#pair.names({ match: operation.match })
      case 'properties':
        return await this.#pair.properties(this.#arguments.name(operation.name))
      case 'look at all':
        return await this.lookAtAll()
      default: {
        const { names, interval, options, get, series } = this.#arguments.read(operation.read)
        if (operation.do === 'get') await this.#pair.get(names, interval, get)
        else if (operation.do === 'series') await this.#pair.series(names, interval, series)
        else await this.#pair.iterate(names, interval, options)
      }
    }
  }

  async #write(operation: WriteOperation): Promise<void> {
    switch (operation.do) {
      case 'insert':
        return await this.#ask(this.#insert(operation.insert, operation.id))
      case 'crowd':
        return await this.#ask(this.#insert({ ...operation.insert, value: crowd(operation.size) }, false))
      case 'insertMany': {
        const inserts = operation.inserts.map((each) => this.#arguments.insert(each))
        return await this.#ask({ method: 'insertMany', inserts, ...(operation.id && this.#newId()) })
      }
      case 'together': {
        const writes = operation.writes.map(({ insert, id }) => this.#insert(insert, id))
        return await allOf(
          (this.#scenario.type === 'count' ? writes.map(rising) : writes).map((write) => this.#ask(write)),
        )
      }
      case 'twice': {
        const write = this.#insert(operation.insert, true)
        return await allOf([this.#ask(write), this.#ask(write)])
      }
      case 'repeat': {
        const write = this.#remembered(operation.which)
        return write && (await this.#ask({ ...write, inserts: write.inserts.map(reordered) }))
      }
      case 'conflict': {
        const write = this.#remembered(operation.which)
        return write && (await this.#askOtherwise(write, operation.value))
      }
      case 'refused': {
        const refusals = refusalsOf(this.#scenario.sort)
        const refusal = refusals[operation.how % refusals.length]
        const [interval = ''] = Object.keys(this.#scenario.intervals)
        const insert = this.#arguments.insert(operation.insert)
        return refusal && (await this.#pair.refused(refusal, insert, interval))
      }
      case 'delete':
        return await this.#pair.delete(this.#arguments.name(operation.name))
      case 'deleteAll':
        return await this.#pair.deleteAll()
    }
  }

  async #ask(write: Write): Promise<void> {
    const { method, inserts, id } = write
    if (id !== undefined && this.#asked.every((asked) => asked.id !== id)) this.#asked.push(write)
    const [first] = inserts
    const options = id === undefined ? {} : { id }
    if (method === 'insertMany') return await this.#pair.insertMany(inserts, options)
    if (first) await this.#pair.insert(first, options)
  }

  /** The same id, and a value that is stored otherwise. */
  async #askOtherwise({ inserts: [first, ...others], ...write }: Write, value: AnyValue): Promise<void> {
    if (!first || first.value === undefined) return
    const other = this.#arguments.value(value)
    if (this.#arguments.stored([first.value].flat()) === this.#arguments.stored([other])) return
    await this.#ask({ ...write, inserts: [{ ...first, value: [other] }, ...others] })
  }

  #insert(spec: InsertSpec, withId: boolean): Write {
    return { method: 'insert', inserts: [this.#arguments.insert(spec)], ...(withId && this.#newId()) }
  }

  #newId() {
    this.#ids += 1
    return { id: `${this.#ids} {é}:*\n` }
  }

  /** The last that was done with an id; not where that is about to be forgotten. */
  #remembered(which: number): Write | undefined {
    const write = this.#asked[which % this.#asked.length]
    if (write?.id === undefined) return undefined
    const asked = this.#pair.asked(write.id)
    const age = this.#clock.now - (asked?.at ?? this.#clock.now)
    return age > DAY - 60 && age < DAY ? undefined : { ...write, inserts: asked?.inserts ?? write.inserts }
  }
}

/**
 * Counts that are inserted at once may be added up in any order. Where all are above 0 and none has an id, no order makes
 * room for one that another order would refuse.
 */
function rising({ method, inserts }: Write): Write {
  const amounts = (value: unknown) => [value].flat().map((amount) => Math.abs(Number(amount)))
  const above0 = ({ value = 1, ...insert }: Insert) => ({ ...insert, value: amounts(value) })
  return { method, inserts: inserts.map(above0) }
}

/** Distinct values. */
function crowd(size: number): AnyValue[] {
  return Array.from({ length: size }, (_, i) => ({ text: `${i}`, number: i, whole: i, odd: i }))
}

async function allOf(writes: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(writes)
  await Promise.all(writes)
}

/** The same properties in another order. */
function reordered({ name, ...others }: Insert): Insert {
  return { ...others, name }
}
