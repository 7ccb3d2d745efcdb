/** The colours of a canvas, which style sheets do not reach: read from the page's custom properties. */
export interface Palette {
  readonly lines: readonly string[]
  readonly area: string
  readonly bars: string
  readonly grid: string
  readonly text: string
  readonly surface: string
  readonly font: string
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  return {
    lines: [colour('--line-1'), colour('--line-2')],
    area: colour('--area'),
    bars: colour('--bars'),
    grid: colour('--grid'),
    text: colour('--muted'),
    surface: colour('--surface'),
    font: `11px ${style.fontFamily}`,
  }
}
