import { type Client, mastersOf } from '../../../src/kairos/index.ts'
import type { Interval } from './interval.ts'

/** Seconds, less than any step lasts and more than any play. */
const LONGEST_PLAY = 20

/** Takes ARGV[1] milliseconds from the life of every key; what is about to end has ended. */
const AGE = `
for _, key in ipairs(redis.call('KEYS', '*')) do
  local left = redis.call('PTTL', key)
  if left >= 0 and left - ARGV[1] <= ${(LONGEST_PLAY * 1000) / 2} then
    redis.call('DEL', key)
  elseif left >= 0 then
    redis.call('PEXPIRE', key, left - ARGV[1])
  end
end`

/** A test's own time, in Unix seconds, which only goes forward. What has been written ages by it. */
export class Clock {
  readonly #redis: Client
  readonly #intervals: readonly Interval[]
  #now: number
  #aged: number

  constructor(redis: Client, start: number, intervals: readonly Interval[]) {
    this.#redis = redis
    this.#intervals = intervals.filter(({ steps }) => steps !== undefined)
    this.#now = start
    this.#aged = start
  }

  get now(): number {
    return this.#now
  }

  /** The time at which Redis believes to be: that of the last write. */
  get aged(): number {
    return this.#aged
  }

  waitUntil(time: number): void {
    this.#now = Math.max(this.#now, time)
  }

  /**
   * Brings Redis to this time. Real time passes there all the while, however little: so that nothing is gone before
   * its time, this waits until no step is about to end.
   */
  async waitToWrite(): Promise<void> {
    for (let next = this.#nextStep(); next - this.#now < LONGEST_PLAY; next = this.#nextStep())
      this.#now = next
    const milliseconds = Math.floor((this.#now - this.#aged) * 1000)
    if (milliseconds > 0)
      await Promise.all(mastersOf(this.#redis).map((each) => each.eval(AGE, 0, milliseconds)))
    this.#aged = this.#now
  }

  #nextStep(): number {
    return Math.min(...this.#intervals.map(({ step }) => step.offset(step.floor(this.#now), 1)))
  }
}
