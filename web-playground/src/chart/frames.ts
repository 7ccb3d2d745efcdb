/** What is drawn again and again. */
export interface Animated {
  /** Milliseconds until it has to be drawn: none where it is due, Infinity where it is not before somebody calls `wake`. */
  wait(): number
  draw(): void
}

/** Where frames come from. Times are in milliseconds. */
export interface Screen {
  now(): number
  /** Calls back once, before the screen is painted; never while nobody can see it. */
  frame(work: () => void): void
  /** Calls back once, when what a frame has drawn is painted. */
  painted(work: () => void): void
  /** Calls back once, later; gives a function that prevents it. */
  later(work: () => void, delay: number): () => void
  /** Takes what a drawing throws. */
  failed(error: unknown): void
}

/** A frame of 60 a second, of which drawing may take the half, with the painting of what was drawn. */
const frameLength = 16
const budget = 8

/** How much the newest frame counts in what is known of painting. */
const newestShare = 0.2

/**
 * One loop for all that is drawn: in each frame what is due, until its time is up, and the rest in the next, which begins with who
 * had to wait. Where nothing is due it sleeps. A canvas is painted after what draws on it has returned, and where no GPU helps that
 * takes the longer part: so time is up when what was drawn will have taken it with its painting.
 */
export class Frames {
  readonly #screen: Screen
  readonly #all: Animated[] = []
  #next = 0
  #asked = false
  #stopSleeping: (() => void) | null = null
  /** of the time that drawing and painting take together, what drawing takes */
  #drawingShare = 1

  constructor(screen: Screen) {
    this.#screen = screen
  }

  /** Gives a function that ends it. */
  add(animated: Animated): () => void {
    this.#all.push(animated)
    this.wake()
    return () => {
      const place = this.#all.indexOf(animated)
      if (place < 0) return
      this.#all.splice(place, 1)
      if (place < this.#next) this.#next -= 1
    }
  }

  /** To be called when something may have become due. */
  wake(): void {
    this.#stopSleeping?.()
    this.#stopSleeping = null
    if (this.#asked) return
    this.#asked = true
    this.#screen.frame(() => {
      this.#asked = false
      this.#sleep(this.#frame())
    })
  }

  /** Gives how long nothing will be due. */
  #frame(): number {
    const start = this.#screen.now()
    const end = start + budget * this.#drawingShare
    let drew = false
    const turn = [...this.#all.slice(this.#next), ...this.#all.slice(0, this.#next)]
    let soonest = Number.POSITIVE_INFINITY
    for (const animated of turn) {
      if (drew && this.#screen.now() >= end) {
        this.#next = Math.max(0, this.#all.indexOf(animated))
        this.#learn(start)
        return 0
      }
      try {
        if (animated.wait() <= 0) {
          drew = true
          animated.draw()
        }
        soonest = Math.min(soonest, animated.wait())
      } catch (error) {
        // One that fails keeps nobody else from being drawn.
        this.#screen.failed(error)
      }
    }
    if (drew) this.#learn(start)
    return soonest
  }

  /** Of a frame in which something was drawn since `start`. */
  #learn(start: number): void {
    const drawn = this.#screen.now()
    this.#screen.painted(() => {
      const whole = this.#screen.now() - start
      const share = whole > 0 ? (drawn - start) / whole : 1
      this.#drawingShare += newestShare * (share - this.#drawingShare)
    })
  }

  #sleep(length: number): void {
    if (length <= frameLength) this.wake()
    else if (length < Number.POSITIVE_INFINITY) {
      this.#stopSleeping?.()
      this.#stopSleeping = this.#screen.later(() => this.wake(), length - frameLength)
    }
  }
}

export const frames = new Frames({
  now: () => performance.now(),
  frame: (work) => requestAnimationFrame(work),
  painted: (work) => {
    // A message that is sent before painting is received after it.
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      work()
    }
    port2.postMessage(null)
  },
  later: (work, delay) => {
    const timer = setTimeout(work, delay)
    return () => clearTimeout(timer)
  },
  failed: (error) => reportError(error),
})
