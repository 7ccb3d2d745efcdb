import { setTimeout as wait } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { difference, Held, Violation } from './held.ts'
import type { Random } from './random.ts'
import { type Selection, subscriptionOf, type Update } from './series.ts'
import { type Connect, type Connection, type Refusal, TRANSPORTS, transports } from './transports.ts'
import type { Shared, Watched, Watcher } from './world.ts'

/** Where a subscriber finds its server, and what happened there. */
export interface Home {
  readonly url: string
  /** how often its process was ended by us: with it go its connections; equal to nothing while that is not known */
  readonly ends: number
  /** how often the database was emptied, or is about to be */
  readonly flushes: number
}

/** One window as a subscriber has it. */
export interface View extends Watched {
  readonly selection: Selection
  readonly maxRate: number
  readonly held: Held
  /** whether the present connection has told anything of it */
  current: boolean
  /** whether the subscriber has completed it, for now */
  completed: boolean
  /** the last of what came, for whoever looks into a failure */
  readonly history: string[]
}

export interface SubscriberOptions extends Shared {
  readonly name: string
  readonly home: Home
  readonly random: Random
  readonly selections: readonly Selection[]
}

/** Milliseconds after which whatever changed unheard must be known: the contract's two seconds. */
const CONTRACT = 2000
/** Milliseconds more, for subscribers that connect again, and for a machine that has other things to do. */
const ALLOWANCE = 3000

/** Milliseconds between two attempts to connect. */
const RETRY = 100
const REMEMBERED = 15
/** Codes with which the server may refuse one who asks at a bad moment. */
const PASSING = new Set(['STORE_UNAVAILABLE'])
/** Milliseconds for which a subscriber may read nothing without being sent away. */
const PATIENCE = 29_000

/** A front end: several windows over one connection, which it takes up again, wherever it was, whenever it is gone. */
export class Subscriber implements Watcher {
  readonly name: string
  readonly home: Home
  readonly views: readonly View[]
  /** whose choices it makes */
  random: Random
  readonly #options: SubscriberOptions
  readonly #connect: Connect
  #connection: Connection | undefined
  #connecting = Promise.resolve()
  #wanted = true
  #stopped = false
  /** when it stopped reading, in monotonic milliseconds */
  #stalled: number | undefined
  /** counts connections, so that what an earlier one says late is not heard */
  #number = 0

  constructor(options: SubscriberOptions) {
    const { name, home, random, selections } = options
    this.#options = options
    this.home = home
    this.random = random
    const transport = random.pick(TRANSPORTS)
    this.name = `${name} over ${transport}`
    this.#connect = transports[transport]
    this.views = selections.map((selection) => this.#viewOf(selection, random))
    this.#open()
  }

  #viewOf(selection: Selection, random: Random): View {
    const { home } = this
    const view: View = {
      selection,
      get url() {
        return home.url
      },
      within: CONTRACT + ALLOWANCE,
      // At once a second, one that moves every second may be told always just before it moves.
      maxRate: random.pick([selection.turn === 1 ? 4 : 1, 4, 10, 60]),
      held: new Held(),
      current: false,
      completed: false,
      history: [],
      difference: (fresh) =>
        view.current ? difference(view.held.run, fresh) : 'it was told nothing since it connected',
      describe: () => `${this.describe(view)}\n${historyOf(view)}`,
    }
    return view
  }

  /** Does something that front ends do. */
  act(): void {
    const { random } = this
    if (this.#stalled !== undefined) {
      if (random.chance(0.3)) this.#resume()
    } else if (this.#connection) {
      const what = random.pick(['stall', 'stall', 'drop', 'drop', 'complete', 'leave', 'stay', 'stay'])
      this.#options.count(`subscriber: ${what}`)
      if (what === 'stall') this.#stall()
      if (what === 'complete') this.#complete(random.whole(0, this.views.length - 1))
      if (what === 'leave') this.#wanted = false
      if (what === 'leave' || what === 'drop') this.#close('dropped')
    } else if (!this.#wanted && random.chance(0.5)) {
      this.#wanted = true
      this.#open()
    }
  }

  /** Is there, reads, and has not completed anything. */
  attend(): void {
    if (this.#stalled !== undefined) this.#resume()
    // What was completed can be asked again over a connection of its own alone.
    this.#wanted = true
    if (!this.#connection) this.#open()
    else if (this.views.some(({ completed }) => completed)) this.#close('asks again')
  }

  stop(): void {
    this.#stopped = true
    this.#close('stopped')
  }

  #stall(): void {
    this.#stalled = performance.now()
    this.#connection?.stall()
    this.#note('reads nothing')
  }

  #complete(at: number): void {
    const view = this.views[at]
    if (!view || view.completed) return
    view.completed = true
    this.#connection?.complete(at)
  }

  #resume(): void {
    this.#stalled = undefined
    this.#connection?.resume()
    this.#note('reads on')
  }

  #close(why: string): void {
    this.#ended(this.#number, why)
  }

  #open(): void {
    const { home, random } = this
    const { count } = this.#options
    this.#number += 1
    const [number, ends] = [this.#number, home.ends]
    const requests = this.views.map((view) => {
      view.current = false
      view.completed = false
      const { selection, maxRate, held } = view
      const own = random.chance(0.8) ? held.cursor : undefined
      const after = random.chance(0.05) ? this.#cursorOfAnother(view) : own
      held.connect(after !== undefined && after === own)
      remember(view, after === undefined ? 'connects' : `connects after ${after}`)
      count(after === undefined ? 'subscriber: connects' : 'subscriber: resumes')
      return subscriptionOf(selection, { maxRate, ...(after !== undefined && { after }) })
    })
    this.#connection = this.#connect(home.url, requests, {
      progress: (step) => {
        if (number === this.#number) this.#note(step)
      },
      update: (at, update) => this.#heard(number, at, update),
      errors: (at, errors) => this.#failed(number, at, errors),
      complete: (at) => {
        const view = this.views[at]
        if (!view?.completed) this.#ended(number, 'completed by the server', { ends, at })
      },
      closed: (why, at) => this.#ended(number, why, { ends, at }),
    })
  }

  /** With it, the server begins anew. */
  #cursorOfAnother({ selection }: View): string | undefined {
    const other = this.views.find((view) => !isDeepStrictEqual(view.selection, selection))
    return other?.held.cursor
  }

  #heard(number: number, at: number, update: Update): void {
    const view = this.views[at]
    if (number !== this.#number || !view || view.completed) return
    const { kind, cursor, changed } = update
    if (!view.current) this.#options.count(`first update: ${kind}`)
    view.current = true
    remember(view, `${kind} ${cursor} end ${changed.end}, ${changed.buckets.length} buckets`)
    try {
      view.held.take(update)
      if (view.selection.growing && view.held.falls > this.home.flushes)
        throw new Violation('a sum fell that is only ever added to')
    } catch (error) {
      this.#violated(error instanceof Error ? error.message : String(error), view)
    }
  }

  #failed(number: number, at: number, errors: readonly Refusal[]): void {
    if (number !== this.#number) return
    const code = errors[0]?.extensions?.code ?? ''
    this.#options.count(`subscriber: ${code}`)
    const view = this.views[at]
    if (!PASSING.has(code)) this.#violated(`it was told ${JSON.stringify(errors)}`, view)
    else if (view?.current) this.#violated(`a subscription that was there ended with ${code}`, view)
    this.#close(code)
  }

  /** Where it is not us who end it, `by` says how often the server had ended when it began, and which view alone it is about. */
  #ended(number: number, why: string, by?: { readonly ends: number; readonly at: number | undefined }): void {
    if (number !== this.#number) return
    this.#number += 1
    const connection = this.#connection
    this.#connection = undefined
    connection?.drop()
    const { home } = this
    const stalled = this.#stalled === undefined ? 0 : performance.now() - this.#stalled
    this.#stalled = undefined
    this.#note(`ended: ${why}`)
    const unasked = by !== undefined && by.ends === home.ends && stalled < PATIENCE
    for (const [at, view] of this.views.entries()) {
      const isMeant = by?.at === undefined || by.at === at
      if (unasked && isMeant && view.current && !view.completed)
        this.#violated(`a connection that was there ended: ${why}`, view)
      view.current = false
    }
    if (!this.#wanted || this.#stopped) return
    this.#connecting = this.#connecting.then(async () => {
      await wait(RETRY)
      if (!this.#connection && this.#wanted && !this.#stopped) this.#open()
    })
  }

  #note(line: string): void {
    for (const view of this.views) remember(view, line)
  }

  #violated(what: string, view: View | undefined): void {
    const { onViolation } = this.#options
    onViolation(view ? `${this.describe(view)}: ${what}\n${historyOf(view)}` : what)
  }

  describe({ selection, maxRate }: View): string {
    const { names, interval, steps, condensed } = selection
    const which = [names.join(' with '), interval, steps && `${steps} steps`, condensed && 'condensed']
    return `${this.name}, ${which.filter(Boolean).join(', ')}, maxRate ${maxRate}`
  }
}

function historyOf({ history }: View): string {
  return history.map((line) => `    ${line}`).join('\n')
}

function remember(view: View, line: string): void {
  view.history.push(`${(performance.now() / 1000).toFixed(3)} ${line}`)
  if (view.history.length > REMEMBERED) view.history.shift()
}
