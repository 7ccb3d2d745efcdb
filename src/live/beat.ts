import { EventEmitter } from 'node:events'

interface Events {
  /** once a second while it runs */
  beat: []
  /** before a beat: this process did not run for a while, or its clock was set */
  paused: []
}

/** Milliseconds between two beats. */
const BEAT = 1000
/** Milliseconds by which a beat may be late. */
const LATE = 2000

/** A clock that notices when it stood still. */
export class Beat extends EventEmitter<Events> {
  #timer: NodeJS.Timeout | undefined
  /** of the last beat, in monotonic and in Unix milliseconds */
  #last = { monotonic: 0, unix: 0 }

  /** Beats, until `rest`. Harmless when repeated. */
  run(): void {
    if (this.#timer) return
    this.#last = now()
    this.#timer = setInterval(() => this.#beat(), BEAT).unref()
  }

  rest(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #beat(): void {
    const last = this.#last
    this.#last = now()
    // The monotonic clock stands still while a machine sleeps, the other one jumps when it is set.
    const passed = Math.max(this.#last.monotonic - last.monotonic, this.#last.unix - last.unix)
    if (passed > BEAT + LATE) this.emit('paused')
    this.emit('beat')
  }
}

function now() {
  return { monotonic: performance.now(), unix: Date.now() }
}
