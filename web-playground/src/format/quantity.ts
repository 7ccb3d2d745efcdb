/** A number as a person reads it, apart from its unit so that the two may be set differently. */
export interface Quantity {
  readonly number: string
  /** empty where there is none */
  readonly unit: string
}

const binaryUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** What follows the power of 1024 in a unit of bytes, such as `/s`; null for other units. */
export function ofBytes(unit: string | null): string | null {
  return /^(?:bytes|B)((?:\/.*)?)$/.exec(unit ?? '')?.[1] ?? null
}

/**
 * Three significant digits, but no whole one is lost; bytes in powers of 1024; from a million on in short form, and in powers of
 * ten where even that is long.
 */
export function quantity(value: number, unit: string | null): Quantity {
  const per = ofBytes(unit)
  if (per === null) return { number: number(value), unit: unit ?? '' }
  const power = powerOf1024(value)
  return { number: number(value / 1024 ** power, 1), unit: `${binaryUnits[power]}${per}` }
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
  const most = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const per = ofBytes(unit)
  if (per !== null && most < 1024 ** binaryUnits.length) {
    const power = powerOf1024(gap)
    return values.map((value) => `${fixed(value / 1024 ** power, 0)}\u00a0${binaryUnits[power]}${per}`)
  }
  const shortUnit = unit !== null && unit.length <= 4 ? `\u00a0${unit}` : ''
  if (most >= 1e15 || (gap > 0 && gap < 1e-6)) {
    const digits = gap > 0 ? Math.min(15, Math.max(0, Math.ceil(Math.log10(most / gap)))) : 2
    return values.map((value) => `${powerOfTen(value, digits)}${shortUnit}`)
  }
  const decimals = [0, 1, 2, 3, 4, 5].find((count) => isWhole(gap * 10 ** count)) ?? 6
  return values.map((value) => `${fixed(value, decimals)}${shortUnit}`)
}

const powerOf1024 = (bytes: number) =>
  Math.min(binaryUnits.length - 1, Math.max(0, Math.floor(Math.log2(Math.abs(bytes) || 1) / 10)))

const isWhole = (value: number) => Math.abs(value - Math.round(value)) < 1e-6

// Kept, since to make one takes as long as to use it a hundred times.
const withDecimals = Array.from(
  { length: 7 },
  (_, count) => new Intl.NumberFormat('en', { minimumFractionDigits: count, maximumFractionDigits: count }),
)
const rounded = [0, 1].map((count) => new Intl.NumberFormat('en', { maximumFractionDigits: count }))
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 2 })
const significant = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })

// Of -0, which would be told with its sign, `|| 0` makes 0.
function fixed(value: number, decimals: number): string {
  return withDecimals[decimals]?.format(value || 0) ?? ''
}

function number(value: number, decimalsOfHundreds: 0 | 1 = 0): string {
  const size = Math.abs(value)
  if (size === 0) return '0'
  if (size >= 1e15 || size < 1e-4) return powerOfTen(value, 2)
  if (size >= 1e6) return compact.format(value)
  return (size >= 100 ? rounded[decimalsOfHundreds] : significant)?.format(value) ?? ''
}

/** As `1.23e308`, without zeros at the end. */
function powerOfTen(value: number, decimals: number): string {
  if (value === 0) return '0'
  return value
    .toExponential(decimals)
    .replace(/\.?0*e/, 'e')
    .replace('e+', 'e')
}
