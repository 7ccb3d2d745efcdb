import type { Column, Columns, ReadOptions, WatchOptions } from 'kairos/client'
import { literal } from './self-contained.ts'

/** A window that moves, or a part of the past. */
export type Shown = { readonly live: WatchOptions<Columns> } | { readonly past: ReadOptions<Columns> }

interface SourceOptions {
  /** of the server, as `http://localhost:4000` */
  readonly origin: string
  /** whether it wants a token, which the page then asks for; default no */
  readonly authorized?: boolean
}

/**
 * A whole HTML page that draws a series as a line, its first column, or what a gauge keeps, or else its mean, with nothing but
 * the library that the server itself serves.
 */
export function pageSource(shown: Shown, { origin, authorized = false }: SourceOptions): string {
  const isLive = 'live' in shown
  const { columns = {}, value, values, entries, members, grid, ...range } = isLive ? shown.live : shown.past
  const [key, column] = Object.entries(columns)[0] ?? (value ? ['value', null] : ['mean', 'MEAN' as const])
  const asked = script({ ...range, ...(column ? { columns: { [key]: column } } : { value }) })
  const server = `url: ${script(`${origin}/graphql`)}${authorized ? ", token: prompt('Token')" : ''}`
  const title = html([range.name].flat().join(' + '))
  const begin = isLive
    ? `watchSeries(${asked}).onChange(draw)`
    : `readSeries(${asked}).then(draw, ({ message }) => (element('state').textContent = message))`
  return `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>${title}</title>
  <style>
    body { max-width: 720px; margin: 48px auto; padding: 0 16px; font: 16px system-ui; color-scheme: light dark }
    svg { width: 100%; height: 240px; fill: none; stroke: #6f72e8; stroke-width: 2; stroke-linecap: round; overflow: visible }
  </style>
  <h1>${title}</h1>
  <p>${html(key)}: <output id="value">none</output> (<span id="state">loading</span>)</p>
  <svg viewBox="0 0 720 240" preserveAspectRatio="none"><path id="line" vector-effect="non-scaling-stroke" /></svg>
  <script type="module">
    import { connect } from ${script(`${origin}/client.js`)}
    const element = (id) => document.getElementById(id)

    function draw({ timestamps, end, ${column ? 'columns' : 'value'}, unit, connection, error }) {
      const ys = ${column ? `columns.${key}` : 'value ?? []'}
      const known = ys.filter((y) => y !== null)
      const [low, high] = [Math.min(...known), Math.max(...known)]
      const x = (i) => (720 * (timestamps[i] - timestamps[0])) / (end - timestamps[0])
      const place = (y, i) => \`\${x(i)},\${240 - (240 * (y - low)) / (high - low || 1)}\`
      const pen = (y, i) => typeof y !== 'number' ? '' : typeof ys[i - 1] === 'number' ? \`L\${place(y, i)}\` : \`M\${place(y, i)}h0\`
      element('line').setAttribute('d', ys.map(pen).join(''))
      element('value').textContent = \`\${known.at(-1)?.toLocaleString() ?? 'none'} ${unitOf(column)}\`
      element('state').textContent = error?.message ?? ${isLive ? 'connection.kind' : "'read'"}
    }

    connect({ ${server} }).${begin}
  </script>
</html>
`
}

/** How many there were has no unit. */
function unitOf(column: Column | null): string {
  const stat = typeof column === 'string' ? column : column?.stat
  return stat === 'COUNT' || stat === 'RATE' ? '' : `\${unit ?? ''}`
}

/** A value as a script has it, in which nothing can be mistaken for a tag. */
function script(value: unknown): string {
  return literal(value).replaceAll('<', '\\u003c')
}

function html(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
