import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ServerClock } from '../../../../web-playground/src/chart/server-clock.ts'

/** The window of a server at a time: sixty buckets of a second. */
const window = (time: number) => {
  const newest = Math.floor(time)
  return {
    timestamps: Array.from({ length: 60 }, (_, index) => newest - 59 + index),
    end: newest + 1,
    live: true,
  }
}

test('a right clock is believed', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.01, max: 5, noNaN: true })), (pauses) => {
      let time = 1_000
      const clock = new ServerClock(() => time)
      for (const pause of pauses) {
        time += pause
        clock.heard(window(time))
        expect(clock.now(window(time))).toBeCloseTo(time, 9)
      }
    }),
  )
})

test('however wrong a clock is, now lies in the newest bucket of what is heard', () => {
  const wrong = fc.double({ min: -1e9, max: 1e9, noNaN: true })
  fc.assert(
    fc.property(wrong, fc.array(fc.double({ min: 0.01, max: 5, noNaN: true })), (wrong, pauses) => {
      let time = 1e9
      const clock = new ServerClock(() => time + wrong)
      for (const pause of pauses) {
        time += pause
        const heard = window(time)
        clock.heard(heard)
        const now = clock.now(heard)
        expect(now).toBeGreaterThanOrEqual(heard.timestamps.at(-1) ?? Number.NaN)
        expect(now).toBeLessThanOrEqual(heard.end)
      }
    }),
  )
})

test('time flows on a wrong clock as on a right one', () => {
  let time = 1_000
  const clock = new ServerClock(() => time - 7_200)
  clock.heard(window(time))
  const before = clock.now(window(time))
  time += 0.4
  clock.heard(window(time))
  expect(clock.now(window(time)) - before).toBeCloseTo(0.4, 9)
})

test('where nothing is heard any more, now stays at the window’s end', () => {
  let time = 1_000.5
  const clock = new ServerClock(() => time)
  const last = window(time)
  clock.heard(last)
  time += 3_600
  expect(clock.now(last)).toBe(last.end)
})

test('a window that is not live tells nothing of the time', () => {
  let time = 1_000.5
  const clock = new ServerClock(() => time)
  const last = window(time)
  clock.heard(last)
  time += 60
  clock.heard({ ...last, live: false })
  const day = { timestamps: [0], end: 86_400 }
  expect(clock.now(day)).toBe(time)
})
