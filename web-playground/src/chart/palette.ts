import { type ReadonlySignal, signal } from '@preact/signals'

/** The colours of a canvas, which style sheets do not reach. */
export interface Palette {
  readonly lines: Readonly<Record<'--line-1' | '--line-2' | '--bars', string>>
  readonly area: string
  readonly bars: string
  /** of the bucket that still grows */
  readonly openBars: string
  readonly grid: string
  readonly text: string
  readonly strongText: string
  readonly surface: string
  readonly font: string
  /** from few to many, as pixels of an ImageData */
  readonly heat: Uint32Array
  /** `--line-1` as such a pixel */
  readonly dot: number
}

let known: ReadonlySignal<Palette> | undefined

/** The page's colours, which change with the system's theme and with `data-theme` on the root element. */
export function pagePalette(): ReadonlySignal<Palette> {
  known ??= followed(document.documentElement)
  return known
}

function followed(root: HTMLElement): ReadonlySignal<Palette> {
  const palette = signal(readPalette(root))
  const read = () => {
    palette.value = readPalette(root)
  }
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', read)
  new MutationObserver(read).observe(root, { attributeFilter: ['data-theme'] })
  return palette
}

function readPalette(root: HTMLElement): Palette {
  // The text of a custom property may be a formula, such as `light-dark()`: only a real property gives the colour.
  const probe = root.appendChild(document.createElement('i'))
  const style = getComputedStyle(probe)
  const colour = (name: string) => {
    probe.style.color = `var(${name})`
    return style.color
  }
  const palette = {
    lines: { '--line-1': colour('--line-1'), '--line-2': colour('--line-2'), '--bars': colour('--bars') },
    area: colour('--area'),
    bars: colour('--bars'),
    openBars: colour('--bars-open'),
    grid: colour('--grid'),
    text: colour('--muted'),
    strongText: colour('--text'),
    surface: colour('--surface'),
    font: `11px ${style.fontFamily}`,
    heat: ramp([colour('--heat-few'), colour('--heat-some'), colour('--heat-many')]),
    dot: ramp([colour('--line-1'), colour('--line-1')])[0] ?? 0,
  }
  probe.remove()
  return palette
}

/** Shades of a ramp: more than are told apart. */
const shades = 64

/** Straight from each colour to the next. */
function ramp(stops: readonly string[]): Uint32Array {
  const colours = stops.map((stop) => (stop.match(/[\d.]+/g) ?? []).map(Number))
  const pixels = new Uint8ClampedArray(4 * shades)
  for (let shade = 0; shade < shades; shade++) {
    const place = (shade / (shades - 1)) * (colours.length - 1)
    const stop = Math.min(colours.length - 2, Math.floor(place))
    for (let channel = 0; channel < 3; channel++) {
      const [from, to] = [colours[stop]?.[channel] ?? 0, colours[stop + 1]?.[channel] ?? 0]
      pixels[4 * shade + channel] = from + (to - from) * (place - stop)
    }
    pixels[4 * shade + 3] = 255
  }
  return new Uint32Array(pixels.buffer)
}
