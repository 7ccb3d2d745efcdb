import { KairosError } from '../errors.ts'
import { ForeignData, type Stored } from '../kinds/index.ts'

/** One stored value, as its value type says. */
export type Value = string | number | boolean

/** How values are checked on the way in and read back. */
export type ValueType = 'string' | 'integer' | 'float' | 'boolean'

/** How the values of a definition are stored and read. */
export interface Codec {
  /** whether values are numbers, over which there are statistics */
  readonly numeric: boolean
  /** What is stored of a value. No coercion: throws BAD_USER_INPUT on any other type, and an infinite number. */
  write(value: unknown): Stored
  /** Throws ForeignData where a stored text is none of the type. */
  read(text: string): Value
}

export interface CodecOptions {
  readonly type: ValueType
  /** numbers are rounded to multiples of it; above 0 */
  readonly quantize?: number | undefined
}

/** The codec of a value type. */
export function codec({ type, quantize }: CodecOptions): Codec {
  switch (type) {
    case 'string':
      return { numeric: false, write: checkedText, read: (text) => text }
    case 'boolean':
      return { numeric: false, write: flag, read: readFlag }
    default: {
      const check = type === 'integer' ? checkedInteger : checkedFloat
      const round = quantize === undefined ? (value: number) => value : quantizer(quantize)
      return { numeric: true, write: (value) => round(check(value)), read: readNumber }
    }
  }
}

/** Rounds to multiples of `step`, halves away from zero, to as many decimals as `step` itself has. */
export function quantizer(step: number): (value: number) => number {
  const [digits = '', exponent = '0'] = String(step).split('e')
  const decimals = Math.max(0, (digits.split('.')[1]?.length ?? 0) - Number(exponent))
  return (value) => {
    const multiple = Math.round(Math.abs(value) / step) * step
    const rounded = Number.isFinite(multiple)
      ? Number(multiple.toFixed(Math.min(decimals, 100)))
      : Math.abs(value)
    return rounded === 0 ? 0 : Math.sign(value) * rounded
  }
}

function checkedText(value: unknown): string {
  if (typeof value !== 'string') throw wrong(value, 'a text')
  return value
}

function flag(value: unknown): Stored {
  if (typeof value !== 'boolean') throw wrong(value, 'a boolean')
  return value ? '1' : '0'
}

function checkedFloat(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(value, 'a finite number')
  return value
}

function checkedInteger(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw wrong(value, 'a whole number within ±(2^53−1)')
  return value
}

function wrong(value: unknown, expected: string): KairosError {
  const given =
    typeof value === 'number'
      ? String(value)
      : value === null || value === undefined
        ? 'nothing'
        : `a ${typeof value}`
  return new KairosError('BAD_USER_INPUT', `this series takes ${expected}, not ${given}`)
}

function readFlag(text: string): boolean {
  if (text !== '1' && text !== '0') throw new ForeignData('a stored boolean is neither 1 nor 0')
  return text === '1'
}

function readNumber(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new ForeignData('a stored number cannot be read')
  return value
}
