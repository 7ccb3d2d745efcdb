/** A number as a person reads it, apart from its unit so that the two may be set differently. */
export interface Quantity {
  readonly number: string
  /** empty where there is none */
  readonly unit: string
}

const binaryUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
const isBytes = (unit: string | null) => unit === 'bytes' || unit === 'B'

/** Three significant digits, but no whole one is lost; bytes in powers of 1024; from a million on in short form. */
export function quantity(value: number, unit: string | null): Quantity {
  if (!isBytes(unit)) return { number: number(value), unit: unit ?? '' }
  const power = powerOf1024(value)
  return { number: number(value / 1024 ** power, 1), unit: binaryUnits[power] ?? 'B' }
}

/** As `quantity`, in one text: `12.5 %`. */
export function quantityText(value: number, unit: string | null): string {
  const { number, unit: shown } = quantity(value, unit)
  return shown ? `${number}\u00a0${shown}` : number
}

/**
 * Labels of one axis: as many decimals, or as fine a power of 1024, as the distance between them needs. A unit that is
 * a word is left out.
 */
export function axisLabels(values: readonly number[], unit: string | null): string[] {
  const gap = Math.abs((values[1] ?? 0) - (values[0] ?? 0))
  if (isBytes(unit)) {
    const power = powerOf1024(gap)
    return values.map((value) => `${fixed(value / 1024 ** power, 0)}\u00a0${binaryUnits[power]}`)
  }
  const decimals = [0, 1, 2, 3, 4, 5].find((count) => isWhole(gap * 10 ** count)) ?? 6
  return values.map((value) => {
    const label = fixed(value, decimals)
    return unit && unit.length <= 3 ? `${label}\u00a0${unit}` : label
  })
}

const powerOf1024 = (bytes: number) =>
  Math.min(binaryUnits.length - 1, Math.max(0, Math.floor(Math.log2(Math.abs(bytes) || 1) / 10)))

const isWhole = (value: number) => Math.abs(value - Math.round(value)) < 1e-6

function fixed(value: number, decimals: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
}

function number(value: number, decimalsOfHundreds = 0): string {
  const size = Math.abs(value)
  if (size >= 1e6) return value.toLocaleString('en', { notation: 'compact', maximumFractionDigits: 2 })
  if (size >= 100) return value.toLocaleString('en', { maximumFractionDigits: decimalsOfHundreds })
  return value.toLocaleString('en', { maximumSignificantDigits: 3 })
}
