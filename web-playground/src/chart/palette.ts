/** The colours of a canvas, which style sheets do not reach. */
export interface Palette {
  readonly lines: readonly string[]
  readonly area: string
  readonly bars: string
  readonly grid: string
  readonly text: string
  readonly surface: string
  readonly font: string
}

/** Reads them from the custom properties that hold for the element, as the page is coloured now. */
export function readPalette(element: Element): Palette {
  // The text of a custom property may be a formula, such as `light-dark()`: only a real property gives the colour.
  const probe = element.appendChild(document.createElement('i'))
  const style = getComputedStyle(probe)
  const colour = (name: string) => {
    probe.style.color = `var(${name})`
    return style.color
  }
  const palette = {
    lines: [colour('--line-1'), colour('--line-2')],
    area: colour('--area'),
    bars: colour('--bars'),
    grid: colour('--grid'),
    text: colour('--muted'),
    surface: colour('--surface'),
    font: `11px ${style.fontFamily}`,
  }
  probe.remove()
  return palette
}
