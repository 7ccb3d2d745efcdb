import { checkTime, checkWhole, LATEST, type Step } from './step.ts'

/** Buckets of `seconds` each, counted from 1970; `seconds` is a whole number from 1 to 1e11. */
export function fixedStep(seconds: number, label: string): Step {
  const encode = (bucket: number) => bucket / seconds
  const decode = (number: number) => {
    const bucket = number * seconds
    return Number.isInteger(number) && bucket > -LATEST - seconds && bucket <= LATEST ? bucket : undefined
  }
  return {
    label,
    id: `${seconds}s`,
    seconds,
    // Whole seconds first, as the smallest fractions would vanish in the quotient; `+ 0` makes -0 a plain 0.
    floor: (t) => Math.floor(Math.floor(checkTime(t)) / seconds) * seconds + 0,
    offset: (bucket, n) => checkWhole(bucket + checkWhole(n) * seconds),
    distance: (from, to) => (to - from) / seconds,
    index: encode,
    at: decode,
    encode,
    decode,
  }
}
